/** A value now or later. */
export type Awaitable<T> = T | Promise<T>

/** Goes on with what `ask` gives: at once with a value, later with a promise, with undefined if it fails. */
export function when<T>(ask: () => Awaitable<T>, then: (value: T | undefined) => void): void {
  let value: Awaitable<T> | undefined
  try {
    value = ask()
  } catch {
    value = undefined
  }
  if (value instanceof Promise) void value.catch(() => undefined).then(then)
  else then(value)
}
