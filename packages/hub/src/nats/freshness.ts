import type { Clock } from '@pigeon/transport'

/** How old a beat or a greeting may be, by clocks that differ, ms. */
const MAX_AGE_MS = 60_000

/** Whether something said at a time may be believed now. */
export function isFresh(clock: Clock, at: number): boolean {
  return Math.abs(clock.now() - at) <= MAX_AGE_MS
}
