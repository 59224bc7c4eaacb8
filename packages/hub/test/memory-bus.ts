import type { Clock } from '@pigeon/transport'
import type { Bus } from '../src/nats.ts'

/** A bus in memory, with everything that others may do to one. */
export class MemoryBus {
  readonly #clock: Clock
  readonly #members = new Set<MemoryBusEnd>()
  /** What is not carried. */
  loses: (subject: string, bytes: Uint8Array) => boolean = () => false
  /** All that was ever published. */
  readonly heard: { subject: string; bytes: Uint8Array }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  connect(): MemoryBusEnd {
    const end = new MemoryBusEnd((subject, bytes) => this.publish(subject, bytes, end))
    this.#members.add(end)
    return end
  }

  /** Anybody may publish anything. */
  publish(subject: string, bytes: Uint8Array, except?: MemoryBusEnd): void {
    const copy = new Uint8Array(bytes)
    this.heard.push({ subject, bytes: copy })
    if (this.loses(subject, bytes)) return
    this.#clock.after(1, () => {
      for (const end of this.#members) {
        if (end !== except && end.isUp) end.take(subject, new Uint8Array(copy))
      }
    })
  }

  /** The server goes, or is there again. */
  setUp(isUp: boolean): void {
    for (const end of this.#members) end.setUp(isUp)
  }
}

/** One hub's connection to a {@link MemoryBus}. */
export class MemoryBusEnd implements Bus {
  isUp = true
  readonly #publish: (subject: string, bytes: Uint8Array) => void
  readonly #takers: { subject: string; take: (bytes: Uint8Array) => void }[] = []
  readonly #listeners: ((isUp: boolean) => void)[] = []

  constructor(publish: (subject: string, bytes: Uint8Array) => void) {
    this.#publish = publish
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (this.isUp) this.#publish(subject, bytes)
  }

  subscribe(subject: string, take: (bytes: Uint8Array) => void): void {
    this.#takers.push({ subject, take })
  }

  onChange(changed: (isUp: boolean) => void): () => void {
    this.#listeners.push(changed)
    return () => {}
  }

  async close(): Promise<void> {}

  take(subject: string, bytes: Uint8Array): void {
    for (const each of this.#takers) if (each.subject === subject) each.take(bytes)
  }

  setUp(isUp: boolean): void {
    this.isUp = isUp
    for (const changed of this.#listeners) changed(isUp)
  }
}
