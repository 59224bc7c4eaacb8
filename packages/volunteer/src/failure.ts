/**
 * Why a task was not computed:
 * - `threw`: its code threw
 * - `timeout`: it took longer than `timeoutMs`
 * - `too-large`: its result is above `payloadBytes`
 * - `lost`: whoever had it went away
 * - `declined`: nobody there may compute it
 * - `disputed`: too few workers agreed on a result
 */
export type FailureReason = 'threw' | 'timeout' | 'too-large' | 'lost' | 'declined' | 'disputed'

/** In the order of their numbers on the wire. */
export const FAILURES: readonly FailureReason[] = [
  'threw',
  'timeout',
  'too-large',
  'lost',
  'declined',
  'disputed',
]

/** What became of a task where it was computed. */
export type Outcome =
  | { readonly ok: true; readonly payload: Uint8Array }
  | { readonly ok: false; readonly reason: FailureReason; readonly text: string }
