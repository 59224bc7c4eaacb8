import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { decodeValue } from './decode-value.ts'
import { encodeValue } from './encode-value.ts'
import type { Refusal } from './message-frames.ts'
import type { Messenger } from './messenger.ts'
import type { Arrived, Outcome } from './messenger-options.ts'
import { Service } from './service.ts'

/** UTF-8 bytes of a channel's name. */
export const MAX_NAME_BYTES = 64

/** A value as it came, before it is validated. */
export interface RawValue {
  readonly from: PeerId
  readonly value: unknown
  readonly messageId: string
  readonly hops: number
  /** Whether it was meant for this peer alone. */
  readonly direct: boolean
}

/** Takes a channel's values; `BUSY` if it has no room. */
export type Receiver = (value: RawValue) => 'BUSY' | undefined

/** Shares one messenger between channels by their names: `name text, value`. */
export class Channels {
  readonly #messenger: Messenger
  readonly #receivers = new Map<string, Set<Receiver>>()

  constructor(messenger: Messenger) {
    this.#messenger = messenger
    messenger.serve(Service.channels, (message) => this.#received(message))
  }

  /** @returns ends it */
  receive(name: string, receiver: Receiver): () => void {
    const receivers = this.#receivers.get(name) ?? new Set()
    this.#receivers.set(name, receivers.add(receiver))
    return () => {
      receivers.delete(receiver)
      if (receivers.size === 0) this.#receivers.delete(name)
    }
  }

  send(
    to: PeerId,
    name: string,
    value: unknown,
    done: (outcome: Outcome) => void,
  ): ReturnType<Messenger['send']> {
    const payload = new ByteWriter().text(name).raw(encodeValue(value)).finish()
    return this.#messenger.send(to, Service.channels, payload, done)
  }

  #received({ from, messageId, payload, hops }: Arrived): Refusal | undefined {
    const reader = new ByteReader(payload)
    const receivers = this.#receivers.get(reader.text(MAX_NAME_BYTES))
    if (receivers === undefined) return 'NOBODY'
    const value = decodeValue(reader.rest())
    const answers = [...receivers].map((take) =>
      take({ from, messageId, value, hops, direct: true }),
    )
    // Busy is who would have to wait, unless somebody has it.
    return answers.every((answer) => answer === 'BUSY') ? 'BUSY' : undefined
  }
}
