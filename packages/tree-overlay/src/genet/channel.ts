import type { Channel } from '../channel.ts'
import { Listeners } from './listeners.ts'

// Present in every runtime, though not in the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string }

/** What happens on a {@link GenetChannel}. */
export interface GenetChannelEvents {
  data: (data: unknown) => void
  close: () => void
  error: (error: Error) => void
}

/** A channel to parent or child that carries JSON values, as Genet's. */
export class GenetChannel extends Listeners<GenetChannelEvents> {
  /** `null` for the parent's, else the child's id. */
  readonly id: string | null
  readonly #channel: Channel

  constructor(channel: Channel, heard: (data: unknown, channel: GenetChannel) => void) {
    super()
    this.id = channel.id
    this.#channel = channel
    channel.on('data', (bytes) => {
      const data = parse(bytes)
      if (data === undefined) return // no JSON: Genet would throw here
      this.emit('data', data)
      heard(data, this)
    })
    channel.on('error', (error) => this.emit('error', error))
    channel.on('close', () => this.emit('close'))
  }

  isParent(): boolean {
    return this.#channel.isParent()
  }

  /** Sends what `JSON.stringify` takes; what the link does not take is lost, as in Genet. */
  send(data: unknown): void {
    this.#channel.send(new TextEncoder().encode(JSON.stringify(data) ?? 'null'))
  }

  destroy(): void {
    this.#channel.destroy()
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
