import { newSession } from '@pigeon/signaling-protocol'
import type { Random } from '@pigeon/transport'

/**
 * What becomes of a connection that says HELLO with an id:
 * - `join`: nobody has it
 * - `take-over`: the newcomer proved that the id is its own, or knows the secret of one who did not
 * - `succeed`: the one who has it is silent beyond the heartbeat, and counts as gone
 * - `refuse`: somebody else has it
 */
export type Claim = 'join' | 'take-over' | 'succeed' | 'refuse'

/** Decides a {@link Claim}. Whoever has the id is asked by `isSilent` last, since that costs trust. */
export function claimId(
  holder: { session: string; proven: boolean } | undefined,
  claimant: { session: string | undefined; proven: boolean },
  isSilent: () => boolean,
): Claim {
  if (holder === undefined) return 'join'
  if (claimant.proven) return 'take-over'
  const { session } = claimant
  if (!holder.proven && session !== undefined && equal(holder.session, session)) return 'take-over'
  return isSilent() ? 'succeed' : 'refuse'
}

/**
 * The session of a new member: the one it proposes, so that a client whose WELCOME got lost can
 * come back; else a fresh one.
 */
export function sessionFor(proposed: string | undefined, random: Random): string {
  return proposed ?? newSession(random)
}

/** Compares without telling by the time it takes how much was right. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index++) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % Math.max(1, b.length))
  }
  return difference === 0
}
