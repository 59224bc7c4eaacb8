import type { Clock } from '@pigeon/transport'

/** How a connection is left. */
export interface Farewell {
  readonly clock: Clock
  /** What the other side does not confirm, and what does not close, is given up after this, ms. */
  readonly timeoutMs: number
  /** Until the other side has all that was sent; if that matters. */
  readonly confirmed: Promise<void> | undefined
  readonly shut: () => Promise<void>
}

/** Waits for the other side to confirm the end, then shuts the connection. */
export async function farewell({ clock, timeoutMs, confirmed, shut }: Farewell): Promise<void> {
  let cancelDeadline = () => {}
  const deadline = new Promise<void>((resolve) => {
    cancelDeadline = clock.after(timeoutMs, resolve)
  })
  if (confirmed !== undefined) await Promise.race([confirmed, deadline])
  await Promise.race([shut(), deadline])
  cancelDeadline()
}
