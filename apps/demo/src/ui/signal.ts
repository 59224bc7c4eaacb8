/** A value that the page shows. */
export interface Signal<T> {
  value: T
  /** Calls with the value as it is, and whenever it is another one. */
  subscribe(listener: (value: T) => void): void
}

let draw: () => void = () => {}
let isPlanned = false

/** Draws the page now, and again after any signal has changed; many changes are drawn at once. */
export function drawWith(run: () => void): void {
  draw = run
  run()
}

/**
 * A value whose change draws the page again, from the top: it is small, and what has not changed
 * costs a comparison.
 */
export function signal<T>(initial: T): Signal<T> {
  let current = initial
  const listeners: ((value: T) => void)[] = []
  return {
    get value() {
      return current
    },
    set value(next) {
      if (Object.is(next, current)) return
      current = next
      for (const listener of listeners) listener(next)
      if (isPlanned) return
      isPlanned = true
      queueMicrotask(() => {
        isPlanned = false
        draw()
      })
    },
    subscribe(listener) {
      listeners.push(listener)
      listener(current)
    },
  }
}
