/**
 * A promise that an AbortSignal ends, leaving no listener behind.
 * @param start begins, and returns what gives it up
 * @param aborted makes the error
 */
export function abortable<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
  aborted: (cause: unknown) => Error,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(aborted(signal.reason))
  return new Promise<T>((resolve, reject) => {
    let giveUp = () => {}
    const abort = () => {
      giveUp()
      reject(aborted(signal?.reason))
    }
    const done = () => signal?.removeEventListener('abort', abort)
    signal?.addEventListener('abort', abort)
    giveUp = start(
      (value) => {
        done()
        resolve(value)
      },
      (error) => {
        done()
        reject(error)
      },
    )
  })
}
