import type { Bus } from '@pigeon/hub/nats'
import type { WorkerMessage } from './messages.ts'
import { type Channel, WaitingBytes } from './waiting-bytes.ts'

/** A {@link Bus} of the workers of one program, by way of its primary process. */
export class WorkerBus implements Bus {
  readonly #outbox: WaitingBytes
  readonly #takers = new Map<string, ((bytes: Uint8Array) => void)[]>()

  constructor(primary: Channel) {
    this.#outbox = new WaitingBytes(primary)
  }

  readonly isUp = true

  publish(subject: string, bytes: Uint8Array): void {
    this.#outbox.send({ type: 'publish', subject, bytes })
  }

  subscribe(subject: string, take: (bytes: Uint8Array) => void): void {
    this.#takers.set(subject, [...(this.#takers.get(subject) ?? []), take])
    this.#outbox.send({ type: 'subscribe', subject })
  }

  /** It is up as long as the process is. */
  onChange(): () => void {
    return () => {}
  }

  /** Takes what the primary sent. */
  take(message: WorkerMessage): void {
    if (message.type !== 'publish') return
    // A Buffer of the channel is a view of more than its own bytes.
    const bytes = new Uint8Array(message.bytes)
    for (const take of this.#takers.get(message.subject) ?? []) take(bytes)
  }

  close(): Promise<void> {
    this.#takers.clear()
    return Promise.resolve()
  }
}
