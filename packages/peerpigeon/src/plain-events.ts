/** What happens on an object: one plain object each, or nothing. */
export type EventMap = Readonly<Record<string, unknown>>

type Listener<T> = (event: T) => void

/**
 * Events under the names of both worlds: `addEventListener` of pages and `on` of Node. An event is a
 * plain object, not an `Event`. A listener that throws is told of as an unhandled rejection, and the
 * others are called all the same.
 */
export class PlainEvents<E extends EventMap> {
  readonly #listeners = new Map<keyof E, Set<Listener<never>>>()

  addEventListener<T extends keyof E & string>(type: T, listener: Listener<E[T]>): void {
    const known = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, known.add(listener))
  }

  removeEventListener<T extends keyof E & string>(type: T, listener: Listener<E[T]>): void {
    this.#listeners.get(type)?.delete(listener)
  }

  on<T extends keyof E & string>(type: T, listener: Listener<E[T]>): this {
    this.addEventListener(type, listener)
    return this
  }

  off<T extends keyof E & string>(type: T, listener: Listener<E[T]>): this {
    this.removeEventListener(type, listener)
    return this
  }

  once<T extends keyof E & string>(type: T, listener: Listener<E[T]>): this {
    const one = (event: E[T]): void => {
      this.removeEventListener(type, one)
      listener(event)
    }
    return this.on(type, one)
  }

  /** Calls the listeners; PeerPigeon's objects let anybody do that. */
  emit<T extends keyof E & string>(type: T, event: E[T]): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(event as never)
      } catch (error) {
        void Promise.reject(error)
      }
    }
  }

  removeAllListeners(): void {
    this.#listeners.clear()
  }
}
