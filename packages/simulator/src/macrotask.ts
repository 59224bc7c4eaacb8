// Not in the ECMAScript library types; `setImmediate` only in Node.
declare const setImmediate: ((run: () => void) => unknown) | undefined
declare const setTimeout: (run: () => void, ms: number) => unknown

/** Resolves when everything that waited on settled promises has run. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}
