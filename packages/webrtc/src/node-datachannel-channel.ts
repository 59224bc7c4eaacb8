import type { DataChannel } from 'node-datachannel'
import type { RtcChannel } from './engine.ts'
import { EventList } from './event-list.ts'

/** A data channel of node-datachannel in the shape of W3C's. */
export class NodeDataChannel extends EventList implements RtcChannel {
  readonly #native: DataChannel
  readyState = 'connecting'

  constructor(native: DataChannel) {
    super()
    this.#native = native
    native.onOpen(() => {
      this.readyState = 'open'
      this.fire('open')
    })
    native.onClosed(() => this.#closed())
    native.onMessage((data) => this.fire('message', { data }))
    native.onBufferedAmountLow(() => this.fire('bufferedamountlow'))
  }

  get bufferedAmount(): number {
    return this.readyState === 'open' ? this.#native.bufferedAmount() : 0
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#native.setBufferedAmountLowThreshold(bytes)
  }

  send(fragment: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 'open') throw new Error(`channel is ${this.readyState}`)
    this.#native.sendMessageBinary(fragment)
  }

  close(): void {
    if (this.readyState === 'closed') return
    this.#native.close()
    this.#closed()
  }

  #closed(): void {
    if (this.readyState === 'closed') return
    this.readyState = 'closed'
    this.fire('close')
  }
}
