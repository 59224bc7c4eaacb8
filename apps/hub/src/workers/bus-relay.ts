import type { WorkerMessage } from './messages.ts'
import { type Channel, WaitingBytes } from './waiting-bytes.ts'

/** The primary's part of the bus: passes on what one worker publishes to those that subscribed. */
export class BusRelay {
  readonly #members = new Map<Channel, { outbox: WaitingBytes; subjects: Set<string> }>()

  add(worker: Channel): void {
    this.#members.set(worker, { outbox: new WaitingBytes(worker), subjects: new Set() })
  }

  remove(worker: Channel): void {
    this.#members.delete(worker)
  }

  take(from: Channel, message: WorkerMessage): void {
    if (message.type === 'subscribe') this.#members.get(from)?.subjects.add(message.subject)
    if (message.type !== 'publish') return
    for (const [worker, { outbox, subjects }] of this.#members) {
      if (worker !== from && subjects.has(message.subject)) outbox.send(message)
    }
  }
}
