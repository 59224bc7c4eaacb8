import type { Clock } from '@pigeon/transport'

/** A timer this much behind its time tells of a stalled event loop and of nothing else, ms. */
export const LATE_MS = 2000

/**
 * Runs `run` after `ms`; if the timer comes {@link LATE_MS} late (the machine slept, the page was in
 * the background), what the other side sent may still wait to be read: then the time starts anew.
 * @returns cancels it
 */
export function afterPunctually(clock: Clock, ms: number, run: () => void): () => void {
  let cancel: () => void
  const arm = (): void => {
    const due = clock.now() + ms
    cancel = clock.after(ms, () => (clock.now() - due > LATE_MS ? arm() : run()))
  }
  arm()
  return () => cancel()
}
