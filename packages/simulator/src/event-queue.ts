/** Something that events are addressed to. */
export interface EventHandler {
  /** @param kind what happens, one of the numbers of `EventKind` */
  handle(kind: number, payload: unknown): void
}

const FIRST_CAPACITY = 1024

/** A ticket is a slot and the number of times it was used before: 2^24 events may wait at once. */
const SLOTS = 2 ** 24

/** Fewer cancelled events than this are left where they are. */
const FEW_CANCELLED = 256

/**
 * What is still to happen, by time; at equal times in the order it was added.
 *
 * A heap of four children a node, over typed arrays: nothing is allocated for an event. A cancelled
 * event stays in the heap until its time, or until more than half of the heap is cancelled.
 */
export class EventQueue {
  /** The event that {@link pop} took. */
  at = 0
  kind = 0
  handler: EventHandler | undefined
  payload: unknown

  #times = new Float64Array(FIRST_CAPACITY)
  #slots = new Uint32Array(FIRST_CAPACITY)
  #size = 0
  #order = 0
  #cancelled = 0

  readonly #handlers: (EventHandler | undefined)[] = []
  readonly #payloads: unknown[] = []
  #kinds = new Uint8Array(FIRST_CAPACITY)
  /** What decides at equal times. */
  #orders = new Float64Array(FIRST_CAPACITY)
  #generations = new Uint32Array(FIRST_CAPACITY)
  #free = new Uint32Array(FIRST_CAPACITY)
  #freeCount = 0

  /** Events that wait. */
  get size(): number {
    return this.#size - this.#cancelled
  }

  /**
   * O(log n).
   * @param at its time, ms
   * @returns a ticket for {@link cancel}, never 0
   * @throws RangeError if 2^24 events wait
   */
  add(at: number, handler: EventHandler, kind: number, payload: unknown): number {
    if (this.#size === this.#times.length) this.#grow()
    const slot =
      this.#freeCount > 0 ? (this.#free[--this.#freeCount] as number) : this.#handlers.length
    this.#handlers[slot] = handler
    this.#payloads[slot] = payload
    this.#kinds[slot] = kind
    this.#orders[slot] = this.#order++
    this.#rise(this.#size++, at, slot)
    const generation = ((this.#generations[slot] as number) + 1) & 0x1fff_ffff
    this.#generations[slot] = generation
    return generation * SLOTS + slot
  }

  /**
   * Takes an event back, O(1) on average.
   * @returns whether it was still to come
   */
  cancel(ticket: number): boolean {
    const slot = ticket % SLOTS
    if (this.#generations[slot] !== Math.floor(ticket / SLOTS)) return false
    if (this.#handlers[slot] === undefined) return false
    this.#handlers[slot] = undefined
    this.#payloads[slot] = undefined
    this.#cancelled++
    if (this.#cancelled > FEW_CANCELLED && this.#cancelled * 2 > this.#size) this.#compact()
    return true
  }

  /** When the next event is, ms; `Infinity` if there is none. */
  peek(): number {
    while (this.#size > 0) {
      const slot = this.#slots[0] as number
      if (this.#handlers[slot] !== undefined) return this.#times[0] as number
      this.#cancelled--
      this.#release(slot)
      this.#removeFirst()
    }
    return Number.POSITIVE_INFINITY
  }

  /** Takes the next event out, into the fields above. @returns false if there is none */
  pop(): boolean {
    if (this.peek() === Number.POSITIVE_INFINITY) return false
    const slot = this.#slots[0] as number
    this.at = this.#times[0] as number
    this.kind = this.#kinds[slot] as number
    this.handler = this.#handlers[slot]
    this.payload = this.#payloads[slot]
    this.#release(slot)
    this.#removeFirst()
    return true
  }

  #release(slot: number): void {
    this.#handlers[slot] = undefined
    this.#payloads[slot] = undefined
    this.#free[this.#freeCount++] = slot
  }

  #removeFirst(): void {
    const last = --this.#size
    if (last === 0) return
    this.#sink(0, this.#times[last] as number, this.#slots[last] as number)
  }

  #rise(start: number, time: number, slot: number): void {
    const times = this.#times
    const slots = this.#slots
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 2
      // What is added later comes later, so equal times stay where they are.
      if ((times[parent] as number) <= time) break
      times[at] = times[parent] as number
      slots[at] = slots[parent] as number
      at = parent
    }
    times[at] = time
    slots[at] = slot
  }

  #sink(start: number, time: number, slot: number): void {
    const times = this.#times
    const slots = this.#slots
    const size = this.#size
    let at = start
    for (;;) {
      const first = at * 4 + 1
      if (first >= size) break
      let best = first
      let bestTime = times[first] as number
      const end = Math.min(first + 4, size)
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child] as number
        if (childTime > bestTime || (childTime === bestTime && this.#isAfter(child, best))) continue
        best = child
        bestTime = childTime
      }
      const bestSlot = slots[best] as number
      if (bestTime > time) break
      if (
        bestTime === time &&
        (this.#orders[bestSlot] as number) > (this.#orders[slot] as number)
      ) {
        break
      }
      times[at] = bestTime
      slots[at] = bestSlot
      at = best
    }
    times[at] = time
    slots[at] = slot
  }

  /** Of two places in the heap with equal times. */
  #isAfter(a: number, b: number): boolean {
    const orders = this.#orders
    return (
      (orders[this.#slots[a] as number] as number) > (orders[this.#slots[b] as number] as number)
    )
  }

  /** Lets go of all cancelled events at once. */
  #compact(): void {
    let kept = 0
    for (let at = 0; at < this.#size; at++) {
      const slot = this.#slots[at] as number
      if (this.#handlers[slot] === undefined) this.#release(slot)
      else {
        this.#times[kept] = this.#times[at] as number
        this.#slots[kept++] = slot
      }
    }
    this.#size = kept
    this.#cancelled = 0
    for (let at = (kept - 2) >> 2; at >= 0; at--) {
      this.#sink(at, this.#times[at] as number, this.#slots[at] as number)
    }
  }

  #grow(): void {
    const capacity = this.#times.length * 2
    if (capacity > SLOTS) throw new RangeError(`${this.#size} events wait, the limit is 2^24`)
    this.#times = grown(new Float64Array(capacity), this.#times)
    this.#orders = grown(new Float64Array(capacity), this.#orders)
    this.#slots = grown(new Uint32Array(capacity), this.#slots)
    this.#kinds = grown(new Uint8Array(capacity), this.#kinds)
    this.#generations = grown(new Uint32Array(capacity), this.#generations)
    this.#free = grown(new Uint32Array(capacity), this.#free)
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(into: T, from: T): T {
  into.set(from)
  return into
}
