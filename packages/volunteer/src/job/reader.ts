import type { Inputs } from './options.ts'

/** Reads inputs one at a time, and only when told to. */
export class Reader<I> {
  readonly #iterator: AsyncIterator<I> | Iterator<I>
  #isReading = false
  #isOver = false

  constructor(inputs: Inputs<I>) {
    this.#iterator =
      Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * Reads while it may; returns at once if that goes on already.
   * @param may whether another input is wanted
   * @param took is given each input; the next one is read when it is done
   * @param ended is told that there are no more, or why
   */
  async read(
    may: () => boolean,
    took: (input: I) => void | Promise<void>,
    ended: (error?: unknown) => void,
  ): Promise<void> {
    if (this.#isReading || this.#isOver) return
    this.#isReading = true
    try {
      while (!this.#isOver && may()) {
        const step = this.#iterator.next()
        // What is there already is not waited for.
        const next = step instanceof Promise ? await step : step
        if (this.#isOver) return
        if (next.done === true) {
          this.#isOver = true
          ended()
          return
        }
        const taking = took(next.value)
        if (taking !== undefined) await taking
      }
    } catch (error) {
      if (this.#isOver) return
      this.#isOver = true
      ended(error ?? new Error('the input failed'))
    } finally {
      this.#isReading = false
    }
  }

  /** Nothing more is read; the inputs are told. */
  stop(): void {
    if (this.#isOver) return
    this.#isOver = true
    try {
      void Promise.resolve(this.#iterator.return?.()).catch(() => undefined)
    } catch {
      // What cannot be told does not matter any more.
    }
  }
}
