import type { Clock } from '@pigeon/transport'

/** How often it is looked, ms. */
const LOOK_MS = 500

/** A look this much too late tells that nothing could run, ms. */
const LATE_MS = 2000

/**
 * Calls `thawed` each time the page or process stood still: the machine slept, the process was
 * stopped, the browser froze the page. No runtime tells all of that, but a late timer does.
 * @returns ends it
 */
export function onThaw(clock: Clock, thawed: () => void): () => void {
  let cancel = () => {}
  const look = () => {
    const dueAt = clock.now() + LOOK_MS
    cancel = clock.after(LOOK_MS, () => {
      const lateMs = clock.now() - dueAt
      look()
      if (lateMs > LATE_MS) thawed()
    })
  }
  look()
  return () => cancel()
}
