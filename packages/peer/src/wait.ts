import type { Unsubscribe } from '@pigeon/transport'
import { systemClock } from '@pigeon/transport/system'
import { MeshError } from './errors.ts'

/** How something that is waited for may end. */
export interface Waiting {
  readonly done: () => void
  readonly fail: (error: MeshError) => void
}

/**
 * A promise with a time limit and an AbortSignal, which leaves no timer or listener behind.
 * @param start subscribes to what settles it, and may settle it at once
 * @param late makes the error of the time limit
 */
export function waitFor(
  limits: { timeoutMs: number; signal: AbortSignal | undefined },
  start: (waiting: Waiting) => readonly Unsubscribe[],
  late: () => MeshError,
): Promise<void> {
  const { timeoutMs, signal } = limits
  const cleanUp: Unsubscribe[] = []
  const promise = new Promise<void>((resolve, reject) => {
    const abort = () =>
      reject(new MeshError('ABORTED', 'the operation was aborted', { cause: signal?.reason }))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    cleanUp.push(
      () => signal?.removeEventListener('abort', abort),
      systemClock.after(timeoutMs, () => reject(late())),
      ...start({ done: resolve, fail: reject }),
    )
  })
  return promise.finally(() => {
    for (const one of cleanUp) one()
  })
}
