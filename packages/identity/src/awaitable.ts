/** A value that may be there at once, as from Node's own cryptography, or later, as in browsers. */
export type Awaitable<T> = T | Promise<T>

/** Goes on with a value, at once if it is there. */
export function chain<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
