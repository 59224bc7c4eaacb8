/**
 * Which numbers of a sequence have come: all below a floor, and some above it.
 *
 * Invariant: at most `span` numbers are remembered one by one; what is farther ahead is refused.
 */
export class Seen {
  readonly #span: number
  readonly #above = new Set<number>()
  #floor: number

  /** @param floor all below it count as seen */
  constructor(span: number, floor = 0) {
    this.#span = span
    this.#floor = floor
  }

  /** The sender is done with all below `floor`. */
  raise(floor: number): void {
    if (floor <= this.#floor) return
    this.#floor = floor
    for (const number of this.#above) if (number < floor) this.#above.delete(number)
    this.#advance()
  }

  /** @returns whether it is new; numbers too far ahead are not taken, and not remembered */
  add(number: number): 'new' | 'seen' | 'far' {
    if (number < this.#floor || this.#above.has(number)) return 'seen'
    if (number >= this.#floor + this.#span) return 'far'
    this.#above.add(number)
    this.#advance()
    return 'new'
  }

  #advance(): void {
    while (this.#above.delete(this.#floor)) this.#floor++
  }
}
