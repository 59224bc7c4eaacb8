import type { Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Frames that wait for one neighbour, at most; what does not fit is told by the next comparison. */
const WAITING_MAX = 256

/** Sends frames, and waits while a neighbour is congested. */
export class Sender {
  readonly #transport: Transport
  readonly #waiting = new Map<PeerId, Uint8Array[]>()
  /** Longer answers, made piece by piece as the neighbour takes them. */
  readonly #streams = new Map<PeerId, Map<string, Iterator<Uint8Array>>>()

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Sends one frame, or keeps it while the neighbour is congested. */
  send(to: PeerId, frame: Uint8Array): void {
    const waiting = this.#waiting.get(to)
    if (waiting !== undefined) {
      if (waiting.length < WAITING_MAX) waiting.push(frame)
      return
    }
    if (this.#transport.send(to, frame) === 'congested') this.#waiting.set(to, [frame])
  }

  /** Sends many frames, none earlier than the neighbour takes it; ends a stream of the same name. */
  stream(to: PeerId, name: string, frames: Iterator<Uint8Array>): void {
    const streams = this.#streams.get(to) ?? new Map<string, Iterator<Uint8Array>>()
    this.#streams.set(to, streams)
    streams.set(name, frames)
    this.#flow(to)
  }

  /** The neighbour takes frames again. */
  drain(to: PeerId): void {
    const waiting = this.#waiting.get(to)
    this.#waiting.delete(to)
    for (const frame of waiting ?? []) this.send(to, frame)
    this.#flow(to)
  }

  /** The neighbour is gone. */
  forget(peer: PeerId): void {
    this.#waiting.delete(peer)
    this.#streams.delete(peer)
  }

  #flow(to: PeerId): void {
    const streams = this.#streams.get(to)
    for (const [name, frames] of streams ?? []) {
      while (!this.#waiting.has(to)) {
        const next = frames.next()
        if (next.done === true) {
          streams?.delete(name)
          break
        }
        this.send(to, next.value)
      }
    }
  }
}
