import type { PeerId } from '@pigeon/xor'
import { encodeFrame, type Frame } from './frames.ts'
import type { VolunteerChannel } from './tree.ts'

/** What a {@link Neighbour} tells. */
export interface NeighbourWorld {
  data(from: Neighbour, data: Uint8Array): void
  /** It takes frames again. */
  drained(neighbour: Neighbour): void
}

/** The node at the other end of a channel, and what waits for it. */
export class Neighbour {
  readonly channel: VolunteerChannel
  /** Ends all subscriptions. */
  readonly #off: (() => void)[]
  readonly #outboxBytes: number
  #waiting = 0
  #outbox: Uint8Array[] = []
  #closed = false

  constructor(channel: VolunteerChannel, world: NeighbourWorld, outboxBytes: number) {
    this.channel = channel
    this.#outboxBytes = outboxBytes
    this.#off = [
      channel.on('data', (data) => world.data(this, data)),
      channel.on('drain', () => {
        if (this.#flush()) world.drained(this)
      }),
    ]
  }

  get peer(): PeerId {
    return this.channel.peer
  }

  /** Whether frames wait: tasks should not be added to them. */
  get isCongested(): boolean {
    return this.#outbox.length > 0
  }

  /** Sends it now or when the neighbour takes it. */
  send(frame: Frame): void {
    if (this.#closed) return
    const bytes = encodeFrame(frame)
    if (!this.isCongested && this.channel.send(bytes) !== 'congested') return
    this.#outbox.push(bytes)
    // Who takes nothing for so long is of no use.
    this.#waiting += bytes.length
    if (this.#waiting > this.#outboxBytes) this.channel.destroy()
  }

  /** Sends it now or not at all. @returns whether it was taken */
  offer(frame: Frame): boolean {
    return !this.#closed && !this.isCongested && this.channel.send(encodeFrame(frame)) === 'sent'
  }

  end(): void {
    this.#closed = true
    this.#outbox = []
    for (const off of this.#off) off()
  }

  #flush(): boolean {
    while (this.#outbox.length > 0) {
      const next = this.#outbox[0] as Uint8Array
      if (this.channel.send(next) === 'congested') return false
      this.#outbox.shift()
      this.#waiting -= next.length
    }
    return true
  }
}
