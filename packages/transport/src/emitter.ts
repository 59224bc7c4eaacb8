/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void

type Listener = (...args: never[]) => void

/**
 * Typed events. Listeners run in the order they were added; one that throws does not keep the
 * others from running, and its error surfaces as an unhandled rejection of the host, so it is
 * neither swallowed nor able to break a protocol.
 *
 * @typeParam Events an interface from event name to listener type
 */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<Listener>>()

  /** Calls `listener` at each `event` until the returned function is called. */
  on<E extends keyof Events>(event: E, listener: Events[E]): Unsubscribe {
    // A wrapper of its own makes two subscriptions of one function independent.
    const entry: Listener = (...args) => (listener as Listener)(...args)
    let set = this.#listeners.get(event)
    if (set === undefined) {
      set = new Set()
      this.#listeners.set(event, set)
    }
    set.add(entry)
    return () => {
      set.delete(entry)
    }
  }

  /** Calls all listeners of `event`; one added meanwhile waits for the next time. */
  emit<E extends keyof Events>(
    event: E,
    ...args: Events[E] extends (...args: infer Args) => void ? Args : never
  ): void {
    const set = this.#listeners.get(event)
    if (set === undefined) return
    for (const listener of [...set]) {
      if (!set.has(listener)) continue
      try {
        listener(...(args as unknown as never[]))
      } catch (error) {
        void Promise.reject(error)
      }
    }
  }

  /** How many listeners `event` has. */
  count(event: keyof Events): number {
    return this.#listeners.get(event)?.size ?? 0
  }

  /** Removes every listener. */
  clear(): void {
    this.#listeners.clear()
  }
}
