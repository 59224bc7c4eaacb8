/** A set of entries about access, by their numbers. Equal sets of one {@link AclSets} are one object. */
export class AclSet {
  readonly #words: Uint32Array

  constructor(words: Uint32Array) {
    this.#words = words
  }

  has(number: number): boolean {
    return (((this.#words[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 1
  }

  /** How many 32 numbers fit. */
  get length(): number {
    return this.#words.length
  }

  /** Adds all of this set to `words`. */
  addTo(words: Uint32Array): void {
    for (const [at, word] of this.#words.entries()) words[at] = (words[at] ?? 0) | word
  }

  *[Symbol.iterator](): Generator<number> {
    for (const [at, word] of this.#words.entries()) {
      for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) yield at * 32 + bit
    }
  }
}

/** Makes sets, each once. */
export class AclSets {
  readonly empty: AclSet
  readonly #known = new Map<string, AclSet>()

  constructor() {
    this.empty = this.#intern(new Uint32Array(0))
  }

  /** `set` and one number more. */
  with(set: AclSet, number: number): AclSet {
    if (set.has(number)) return set
    const words = new Uint32Array(Math.max(set.length, (number >>> 5) + 1))
    set.addTo(words)
    words[number >>> 5] = (words[number >>> 5] ?? 0) | (1 << (number & 31))
    return this.#intern(words)
  }

  /** What is in any of them. */
  union(sets: readonly AclSet[]): AclSet {
    const [first = this.empty] = sets
    if (sets.every((set) => set === first)) return first
    const words = new Uint32Array(Math.max(...sets.map(({ length }) => length)))
    for (const set of sets) set.addTo(words)
    return this.#intern(words)
  }

  #intern(words: Uint32Array): AclSet {
    const key = words.join()
    let set = this.#known.get(key)
    if (set === undefined) {
      set = new AclSet(words)
      this.#known.set(key, set)
    }
    return set
  }
}
