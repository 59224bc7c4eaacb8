import { peerIdFromKey, type Verify } from '@pigeon/identity'
import { hubProofBytes } from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'
import { bytesFromHex } from '../hex.ts'
import { type Claim, readNonce } from './claim.ts'

/** How far clocks of hubs may differ, ms. */
const CLOCK_DIFFERENCE_MS = 60_000

/**
 * Whether a hub's claim to a member is borne out by what the member signed: that it was at this very
 * hub at the time that the claim says. So a hub cannot claim members that were never there.
 * @returns `undefined` if the claim shows no evidence, or there is nothing to check it with
 */
export function checkEvidence(
  verify: Verify | undefined,
  now: number,
  { home, network, claim }: { home: PeerId; network: string; claim: Claim },
): boolean | undefined {
  const { evidence, id, counter } = claim
  if (evidence === undefined || verify === undefined) return undefined
  const { key, audience, nonce, signature } = evidence
  const said = readNonce(nonce)
  if (said.hub !== home || said.at !== counter || counter > now + CLOCK_DIFFERENCE_MS) return false
  const keyBytes = bytesFromHex(key)
  if (peerIdFromKey(keyBytes) !== id) return false
  const bytes = hubProofBytes({ peerId: id, network, audience, nonce })
  const answer = verify(bytes, bytesFromHex(signature), keyBytes)
  // Where signatures are checked asynchronously, as in no server so far, a claim counts as unproven.
  return typeof answer === 'boolean' ? answer : undefined
}
