import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { Core } from './core.ts'
import { Kind } from './kind.ts'
import type { Neighbour } from './neighbour.ts'
import type { Places } from './places.ts'

/** One broadcast, as it goes from link to link. */
interface Kept {
  readonly term: number
  readonly number: number
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
  readonly #arriving = new Map<Neighbour, { term: number; number: number }>()
  /** Where the children that were congested stopped. */
  readonly #behind = new Map<Neighbour, { term: number; number: number }>()

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
    const writer = new ByteWriter(16 + payload.length).u8(Kind.broadcast).u32(term).varuint(number)
    this.#pass({ term, number, frame: writer.raw(payload).finish() })
  }

  /** @throws WireError */
  received(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes)
    reader.u8()
    const term = reader.u32()
    const number = reader.varuint()
    const payload = reader.rest()
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
    return new ByteWriter(16).u8(Kind.attach).u32(this.#term).varuint(this.#number).finish()
  }

  /**
   * A child tells which it heard last: it gets the later ones.
   * @throws WireError
   */
  attached(child: Neighbour, bytes: Uint8Array): void {
    const reader = new ByteReader(bytes)
    reader.u8()
    const term = reader.u32()
    const number = reader.varuint()
    reader.end()
    const since = this.#arriving.get(child)
    if (!this.#arriving.delete(child) || since === undefined) return
    // Who never heard any gets those since it came.
    this.#replay(child, number === 0 ? since : { term, number })
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

  #replay(child: Neighbour, from: { term: number; number: number }): void {
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

function isAfter(
  a: { term: number; number: number },
  b: { term: number; number: number },
): boolean {
  return a.term > b.term || (a.term === b.term && a.number > b.number)
}
