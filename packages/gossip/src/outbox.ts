import type { Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** What waits for one congested neighbour. */
interface Waiting {
  readonly frames: Uint8Array[]
  bytes: number
}

/**
 * Sends to neighbours and keeps back what a congested one does not take, up to a limit; beyond it
 * the oldest frames are dropped and counted.
 */
export class Outbox {
  readonly #transport: Transport
  readonly #limitBytes: number
  readonly #waiting = new Map<PeerId, Waiting>()
  #dropped = 0

  constructor(transport: Transport, limitBytes: number) {
    this.#transport = transport
    this.#limitBytes = limitBytes
  }

  /** Frames dropped because a neighbour did not keep up. */
  get dropped(): number {
    return this.#dropped
  }

  /** Bytes that wait, for all neighbours. */
  get waitingBytes(): number {
    let sum = 0
    for (const { bytes } of this.#waiting.values()) sum += bytes
    return sum
  }

  send(to: PeerId, frame: Uint8Array): void {
    if (!this.#waiting.has(to)) {
      if (this.#transport.send(to, frame) !== 'congested') return
      this.#waiting.set(to, { frames: [], bytes: 0 })
    }
    const waiting = this.#waiting.get(to) as Waiting
    waiting.frames.push(frame)
    waiting.bytes += frame.length
    while (waiting.bytes > this.#limitBytes) {
      waiting.bytes -= (waiting.frames.shift() as Uint8Array).length
      this.#dropped++
    }
  }

  /** Goes on where congestion stopped it. */
  drain(peer: PeerId): void {
    const waiting = this.#waiting.get(peer)
    if (waiting === undefined) return
    for (;;) {
      const frame = waiting.frames[0]
      if (frame === undefined) break
      if (this.#transport.send(peer, frame) === 'congested') return
      waiting.frames.shift()
      waiting.bytes -= frame.length
    }
    this.#waiting.delete(peer)
  }

  forget(peer: PeerId): void {
    this.#waiting.delete(peer)
  }
}
