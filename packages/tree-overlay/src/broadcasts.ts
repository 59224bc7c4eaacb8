import {
  decodeAttach,
  decodeBroadcast,
  encodeAttach,
  encodeBroadcast,
  isAfter,
  type Position,
} from './broadcast-frames.ts'
import type { Core } from './core.ts'
import type { Neighbour } from './neighbour.ts'
import type { Places } from './places.ts'

/** One broadcast, as it goes from link to link. */
interface Kept extends Position {
  readonly frame: Uint8Array
}

/** What a root says to everybody below, in order, each once; those of the last moments are kept for who moved meanwhile. */
export class Broadcasts {
  /** Broadcasts that did not get through to a child, since it was congested for too long. */
  dropped = 0
  readonly #core: Core
  readonly #places: Places
  readonly #kept: Kept[] = []
  #keptBytes = 0
  #term = 0
  #number = 0
  /** Children that did not say yet which they heard last, and which was the last when they came. */
  readonly #arriving = new Map<Neighbour, Position>()
  /** Where the children that were congested stopped. */
  readonly #behind = new Map<Neighbour, Position>()

  constructor(core: Core, places: Places) {
    this.#core = core
    this.#places = places
  }

  /** Broadcasts kept. */
  get kept(): number {
    return this.#kept.length
  }

  /** Says something, as root. */
  send(payload: Uint8Array): void {
    const { term } = this.#core
    const number = term === this.#term ? this.#number + 1 : 1
    this.#pass({ term, number, frame: encodeBroadcast({ term, number }, payload) })
  }

  /** @throws WireError */
  received(bytes: Uint8Array): void {
    const { term, number, payload } = decodeBroadcast(bytes)
    if (!isAfter({ term, number }, { term: this.#term, number: this.#number })) return
    this.#pass({ term, number, frame: bytes })
    this.#core.events.emit('broadcast', payload)
  }

  /** There is a new child, which will say which it heard last. */
  connected(child: Neighbour): void {
    this.#arriving.set(child, { term: this.#term, number: this.#number })
  }

  /** What a child says first to a new parent: which it heard last. */
  position(): Uint8Array {
    return encodeAttach({ term: this.#term, number: this.#number })
  }

  /**
   * A child tells which it heard last: it gets the later ones.
   * @throws WireError
   */
  attached(child: Neighbour, bytes: Uint8Array): void {
    const heard = decodeAttach(bytes)
    const since = this.#arriving.get(child)
    if (!this.#arriving.delete(child) || since === undefined) return
    // Who never heard any gets those since it came.
    this.#replay(child, heard.number === 0 ? since : heard)
  }

  /** A child takes frames again. */
  drained(child: Neighbour): void {
    const from = this.#behind.get(child)
    if (from === undefined) return
    this.#behind.delete(child)
    this.#replay(child, from)
  }

  /** A child is gone. */
  forget(child: Neighbour): void {
    this.#behind.delete(child)
    this.#arriving.delete(child)
  }

  #pass(message: Kept): void {
    const before = { term: this.#term, number: this.#number }
    this.#term = message.term
    this.#number = message.number
    this.#keep(message)
    for (const child of this.#places.children.values()) {
      if (this.#behind.has(child) || this.#arriving.has(child)) continue
      if (child.sendFrame(message.frame) === 'congested') this.#behind.set(child, before)
    }
  }

  #replay(child: Neighbour, from: Position): void {
    let last = from
    for (const message of this.#kept) {
      if (!isAfter(message, last)) continue
      if (last.term === message.term && message.number > last.number + 1) this.dropped++
      if (child.sendFrame(message.frame) === 'congested') {
        this.#behind.set(child, last)
        return
      }
      last = message
    }
  }

  #keep(message: Kept): void {
    const { replayMessages, replayBytes } = this.#core.limits
    this.#kept.push({ ...message, frame: new Uint8Array(message.frame) })
    this.#keptBytes += message.frame.length
    while (this.#kept.length > replayMessages || this.#keptBytes > replayBytes) {
      this.#keptBytes -= this.#kept.shift()?.frame.length ?? 0
    }
  }
}
