const time = new Float64Array(1)
const halves = new Uint32Array(time.buffer)

/**
 * A hash over everything that happened, in order: two runs are the same if theirs are.
 *
 * Two lanes of 32 bits, mixed as MurmurHash3 mixes; to tell runs apart, not against forgery.
 */
export class Trace {
  #first: number
  #second: number

  /** @param seed where it begins */
  constructor(seed: number) {
    this.#first = seed | 0
    this.#second = ~seed
  }

  /**
   * @param at when, ms
   * @param kind what, a number of `EventKind`
   * @param from the number of the host it comes from; -1 for none
   * @param to the number of the host it happens at
   * @param size in bytes, or 0
   */
  record(at: number, kind: number, from: number, to: number, size: number): void {
    this.add(at, kind, Trace.route(from, to), size)
  }

  /** Two hosts as one number, for {@link add}. */
  static route(from: number, to: number): number {
    return (Math.imul(from, 0x1_0001) + to) | 0
  }

  /** As {@link record}, for those who keep the route. */
  add(at: number, kind: number, route: number, size: number): void {
    time[0] = at
    const what = Math.imul(kind + size * 256, 0xcc9e2d51)
    const where = Math.imul(route, 0x1b873593)
    let first = this.#first ^ (halves[0] as number) ^ where
    first = Math.imul((first << 13) | (first >>> 19), 5) + 0xe6546b64
    let second = this.#second ^ (halves[1] as number) ^ what
    second = Math.imul((second << 15) | (second >>> 17), 0x85ebca6b)
    this.#first = Math.imul(first ^ (second >>> 15), 0xc2b2ae35)
    this.#second = (second ^ (this.#first >>> 13)) | 0
  }

  /** 16 hex characters. */
  get hash(): string {
    return hex(this.#first) + hex(this.#second)
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
