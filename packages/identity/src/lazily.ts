/**
 * Does something slow once, when it is first needed. A failure is not kept: the next call tries
 * again, as after a module that could not be fetched.
 */
export function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
