/**
 * Goes on with what `ask` gives: at once with a value, later with a promise, and with undefined if
 * it fails.
 */
export function when<T>(ask: () => T | Promise<T>, then: (value: T | undefined) => void): void {
  let value: T | Promise<T> | undefined
  try {
    value = ask()
  } catch {
    value = undefined
  }
  if (value instanceof Promise) void value.catch(() => undefined).then(then)
  else then(value)
}
