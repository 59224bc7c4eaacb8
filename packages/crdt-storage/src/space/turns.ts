/** Does one thing after the other; a failure is that of its own caller alone. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  next<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run)
    this.#last = result.catch(() => undefined)
    return result
  }

  /** Resolves when everything that was begun is done. */
  get idle(): Promise<void> {
    return this.#last.then(() => undefined)
  }
}
