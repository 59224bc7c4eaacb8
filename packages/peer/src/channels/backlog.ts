/**
 * A bounded queue that one consumer empties by `for await`. Ending the loop, {@link end} and the
 * signal each end it.
 */
export class Backlog<T> implements AsyncIterator<T, undefined>, AsyncIterable<T, undefined> {
  readonly #limit: number
  readonly #ended: () => void
  readonly #values: T[] = []
  #waiting: {
    resolve: (result: IteratorResult<T, undefined>) => void
    reject: (e: unknown) => void
  }[] = []
  #end: { error?: unknown } | undefined

  /** @param ended is called once, when nothing is taken any more */
  constructor(limit: number, ended: () => void = () => {}) {
    this.#limit = limit
    this.#ended = ended
  }

  get isFull(): boolean {
    return this.#waiting.length === 0 && this.#values.length >= this.#limit
  }

  /** @returns whether it was taken; not when full or ended */
  push(value: T): boolean {
    if (this.#end !== undefined || this.isFull) return false
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#values.push(value)
    else waiting.resolve({ done: false, value })
    return true
  }

  /** Nothing more comes; what is queued is still handed out, before `error` if there is one. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return
    this.#end = error === undefined ? {} : { error }
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (error === undefined) resolve(DONE)
      else reject(error)
    }
    this.#ended()
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#values.length > 0) {
      return Promise.resolve({ done: false, value: this.#values.shift() as T })
    }
    if (this.#end !== undefined) {
      const { error } = this.#end
      this.#end = {}
      return error === undefined ? Promise.resolve(DONE) : Promise.reject(error)
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#values.length = 0
    this.end()
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }
