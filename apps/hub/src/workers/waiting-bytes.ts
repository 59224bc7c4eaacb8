import { MAX_WAITING_BYTES, type WorkerMessage } from './messages.ts'

/** The sending end of a channel between two processes of this program. */
export interface Channel {
  send(message: WorkerMessage, done: (error: Error | null) => void): unknown
}

/** Sends on a channel while no more than {@link MAX_WAITING_BYTES} wait in it. */
export class WaitingBytes {
  readonly #channel: Channel
  #bytes = 0

  constructor(channel: Channel) {
    this.#channel = channel
  }

  /** @returns whether it was taken */
  send(message: WorkerMessage): boolean {
    const size = message.type === 'publish' ? message.bytes.length : 0
    if (this.#bytes + size > MAX_WAITING_BYTES) return false
    this.#bytes += size
    this.#channel.send(message, () => {
      this.#bytes -= size
    })
    return true
  }
}
