/**
 * Goes on with what `ask` gives: at once with a value, later with a promise, and with undefined if
 * it fails.
 * @param wait is called in between, if it is later
 */
export function when<T>(
  ask: () => T | Promise<T>,
  then: (value: T | undefined) => void,
  wait?: () => void,
): void {
  let value: T | Promise<T> | undefined
  try {
    value = ask()
  } catch {
    value = undefined
  }
  if (value instanceof Promise) {
    wait?.()
    void value.catch(() => undefined).then(then)
  } else then(value)
}
