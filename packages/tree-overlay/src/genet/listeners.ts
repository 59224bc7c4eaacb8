import { Emitter, type Unsubscribe } from '@pigeon/transport'

/** `on`, `once` and `removeListener` as Node's `EventEmitter` has them: they return the object. */
export class Listeners<Events> {
  readonly #events = new Emitter<Events>()
  readonly #added = new Map<unknown, Unsubscribe>()

  on<E extends keyof Events>(event: E, listener: Events[E]): this {
    this.#added.set(listener, this.#events.on(event, listener))
    return this
  }

  once<E extends keyof Events>(event: E, listener: Events[E]): this {
    const off = this.#events.on(event, ((...args: never[]) => {
      off()
      this.#added.delete(listener)
      ;(listener as (...all: never[]) => void)(...args)
    }) as Events[E])
    this.#added.set(listener, off)
    return this
  }

  removeListener(_event: keyof Events, listener: unknown): this {
    this.#added.get(listener)?.()
    this.#added.delete(listener)
    return this
  }

  /** Calls the listeners. */
  emit<E extends keyof Events>(
    event: E,
    ...args: Events[E] extends (...args: infer Args) => void ? Args : never
  ): void {
    this.#events.emit(event, ...args)
  }
}
