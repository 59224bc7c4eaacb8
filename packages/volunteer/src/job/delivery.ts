/** Hands out what came of the inputs, in their order or not, and says how many more may be read. */
export class Delivery<E> {
  readonly #ordered: boolean
  readonly #window: number
  readonly #ready = new Map<number, E>()
  readonly #readers: {
    resolve(result: IteratorResult<E, undefined>): void
    reject(error: unknown): void
  }[] = []
  readonly #moved: () => void
  #read = 0
  #delivered = 0
  #total: number | undefined
  #error: { readonly cause: unknown } | undefined

  /** @param moved is called when something was handed out */
  constructor(ordered: boolean, window: number, moved: () => void) {
    this.#ordered = ordered
    this.#window = window
    this.#moved = moved
  }

  /** Whether another input may be read. */
  get isOpen(): boolean {
    return this.#total === undefined && this.#read - this.#delivered < this.#window
  }

  /** Inputs that were read. */
  get read(): number {
    return this.#read
  }

  /** Results that wait to be handed out. */
  get waiting(): number {
    return this.#ready.size
  }

  /** An input was read. @returns its number */
  next(): number {
    return this.#read++
  }

  put(index: number, entry: E): void {
    this.#ready.set(index, entry)
    this.#serve()
  }

  /** There are no more inputs than were read. */
  close(): void {
    this.#total = this.#read
    this.#serve()
  }

  /** Nothing more comes. */
  fail(cause: unknown): void {
    this.#error ??= { cause }
    this.#ready.clear()
    for (const reader of this.#readers.splice(0)) reader.reject(cause)
  }

  take(): Promise<IteratorResult<E, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#error !== undefined) {
        reject(this.#error.cause)
        return
      }
      this.#readers.push({ resolve, reject })
      this.#serve()
    })
  }

  #serve(): void {
    while (this.#readers.length > 0) {
      const entry = this.#pop()
      if (entry !== undefined) {
        this.#readers.shift()?.resolve({ value: entry, done: false })
        this.#moved()
      } else if (this.#delivered === this.#total) {
        for (const { resolve } of this.#readers.splice(0)) resolve({ value: undefined, done: true })
      } else return
    }
  }

  #pop(): E | undefined {
    const index = this.#ordered ? this.#delivered : this.#ready.keys().next().value
    if (index === undefined) return undefined
    const entry = this.#ready.get(index)
    if (entry === undefined) return undefined
    this.#ready.delete(index)
    this.#delivered++
    return entry
  }
}
