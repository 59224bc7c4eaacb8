/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void

type Listener = (...args: never[]) => void

/** One subscription. */
interface Entry<Events> {
  readonly event: keyof Events
  readonly listener: Listener
  removed: boolean
}

/**
 * Typed events. Listeners run in the order they were added; one that throws does not keep the
 * others from running, and its error surfaces as an unhandled rejection of the host, so it is
 * neither swallowed nor able to break a protocol.
 *
 * Meant for few listeners, of which there may be an emitter for each of very many connections: all
 * events share one list.
 *
 * @typeParam Events an interface from event name to listener type
 */
export class Emitter<Events> {
  /** Replaced rather than changed, and so never larger than it has to be. */
  #entries: readonly Entry<Events>[] = []

  /** Calls `listener` at each `event` until the returned function is called. */
  on<E extends keyof Events>(event: E, listener: Events[E]): Unsubscribe {
    const entry: Entry<Events> = { event, listener: listener as Listener, removed: false }
    this.#entries = this.#entries.concat([entry])
    return () => {
      if (entry.removed) return
      entry.removed = true
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  /** Calls all listeners of `event`; one added meanwhile waits for the next time. */
  emit<E extends keyof Events>(
    event: E,
    ...args: Events[E] extends (...args: infer Args) => void ? Args : never
  ): void {
    for (const entry of this.#entries) {
      if (entry.event !== event || entry.removed) continue
      try {
        entry.listener(...(args as unknown as never[]))
      } catch (error) {
        void Promise.reject(error)
      }
    }
  }

  /** How many listeners `event` has. */
  count(event: keyof Events): number {
    return this.#entries.filter((entry) => entry.event === event).length
  }

  /** Removes every listener. */
  clear(): void {
    this.#entries = []
  }
}
