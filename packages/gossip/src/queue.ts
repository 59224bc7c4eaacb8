/** First in, first out. A `Map` would do, but finding its first key gets slow as keys are deleted. */
export class Queue<T> implements Iterable<T> {
  #items: T[] = []
  #start = 0

  get length(): number {
    return this.#items.length - this.#start
  }

  get first(): T | undefined {
    return this.#items[this.#start]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): void {
    this.#start++
    if (this.#start < 64 || this.#start * 2 < this.#items.length) return
    this.#items = this.#items.slice(this.#start)
    this.#start = 0
  }

  /** Oldest first. */
  *[Symbol.iterator](): Iterator<T> {
    for (let at = this.#start; at < this.#items.length; at++) yield this.#items[at] as T
  }
}
