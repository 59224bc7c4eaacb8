import type { RtcChannel, RtcEvent } from './engine.ts'

const EVENTS = ['open', 'closing', 'close', 'message', 'bufferedamountlow'] as const

/** A channel that is on its way from the page: used as if it were here. */
export class WorkerChannel implements RtcChannel {
  readonly #listeners = new Map<string, ((event: RtcEvent) => void)[]>()
  #channel: RTCDataChannel | undefined
  #threshold = 0
  #closed = false

  get readyState(): string {
    if (this.#closed) return 'closed'
    return this.#channel?.readyState ?? 'connecting'
  }

  get bufferedAmount(): number {
    return this.#channel?.bufferedAmount ?? 0
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#threshold = bytes
    if (this.#channel !== undefined) this.#channel.bufferedAmountLowThreshold = bytes
  }

  addEventListener(type: string, listener: (event: RtcEvent) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  send(fragment: Uint8Array<ArrayBuffer>): void {
    if (this.#channel === undefined) throw new Error('channel is connecting')
    this.#channel.send(fragment)
  }

  close(): void {
    this.#closed = true
    this.#channel?.close()
  }

  /** It is here. */
  arrived(channel: RTCDataChannel): void {
    this.#channel = channel
    channel.binaryType = 'arraybuffer'
    channel.bufferedAmountLowThreshold = this.#threshold
    for (const type of EVENTS) {
      channel.addEventListener(type, (event) => this.#fire(type, event as unknown as RtcEvent))
    }
    if (this.#closed) channel.close()
    else if (channel.readyState === 'open') this.#fire('open', {})
  }

  #fire(type: string, event: RtcEvent): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event)
  }
}
