import type { Parts } from '../parts.ts'
import type { Failure } from './failures.ts'
import { type HubReport, probeHub } from './probe-hub.ts'
import { type IceReport, probeIce } from './probe-ice.ts'
import { type Problem, problem } from './problem.ts'

/** What works, and what does not. */
export interface Diagnosis {
  readonly hubs: readonly HubReport[]
  /** `undefined` where links are not over WebRTC, or there is none. */
  readonly ice: IceReport | undefined
  /** Peers there is no link to, with the last reason. */
  readonly failures: readonly Failure[]
  /** What is wrong, the worst first; empty if nothing is. */
  readonly problems: readonly Problem[]
}

/** What a diagnosis is made of. */
export interface Patient {
  readonly parts: Parts
  readonly hubs: readonly string[]
  readonly timeoutMs: number
}

/** Tries everything a link needs. */
export async function diagnose({ parts, hubs, timeoutMs }: Patient): Promise<Diagnosis> {
  const world = { clock: parts.clock, timeoutMs }
  const [hubReports, ice] = await Promise.all([
    Promise.all(hubs.map((url) => probeHub(url, parts.dialHub, world))),
    parts.rtc && probe(parts.rtc, world),
  ])
  const failures = parts.failures.all
  const known: Diagnosis = {
    hubs: hubReports,
    ice: ice === 'NO_WEBRTC' ? undefined : ice,
    failures,
    problems: [],
  }
  const webrtc = ice === 'NO_WEBRTC' ? [problem('NO_WEBRTC', 'this runtime has no WebRTC')] : []
  return { ...known, problems: [...webrtc, ...problemsOf(known, parts)] }
}

async function probe(
  { engine, iceServers, iceTransportPolicy }: NonNullable<Parts['rtc']>,
  world: Parameters<typeof probeIce>[2],
): Promise<IceReport | 'NO_WEBRTC'> {
  try {
    const config = { iceServers: await iceServers(), iceTransportPolicy }
    return await probeIce(engine, config, world)
  } catch {
    return 'NO_WEBRTC'
  }
}

function problemsOf({ hubs, ice, failures }: Diagnosis, { mesh, signaling }: Parts): Problem[] {
  const found: Problem[] = []
  const unlinked = failures.filter(({ refusal }) => refusal === undefined)
  for (const { url, error } of hubs) {
    if (error !== undefined) found.push(problem('HUB_UNREACHABLE', `${url}: ${error}`))
  }
  if (ice?.hasAddresses === false) found.push(problem('NO_ADDRESSES', 'no address was found'))
  if (ice?.turn === 'unreachable') {
    found.push(problem('TURN_UNREACHABLE', 'no TURN server gave an address'))
  }
  if (ice !== undefined && ice.turn !== 'works' && unlinked.length > 0) {
    const names = unlinked.map(({ peerId, reason }) => `${peerId} (${reason})`)
    found.push(problem('NEEDS_TURN', `no path to ${names.join(', ')}`))
  }
  if (ice?.stun === 'unreachable') {
    found.push(problem('STUN_UNREACHABLE', 'no STUN server answered'))
  }
  for (const { peerId, refusal } of failures) {
    if (refusal === undefined) continue
    const who = refusal.by === 'self' ? 'this side' : 'the other side'
    found.push(problem('PEER_REFUSED', `${peerId}: ${who} says ${refusal.code}`))
  }
  if (signaling.state !== 'connected') {
    found.push(problem('NO_HUB', `not connected to a hub: ${signaling.state}`))
  } else if (mesh.discovered.size === 0 && mesh.peers.size === 0) {
    found.push(problem('ALONE', 'nobody else is in the network'))
  }
  if (ice?.stun === 'none' && ice.turn !== 'works') {
    found.push(problem('NO_STUN', 'no STUN server is known'))
  }
  return found
}
