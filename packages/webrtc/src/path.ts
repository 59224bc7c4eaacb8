import type { RtcPeer } from './engine.ts'

/**
 * How an address of a path was found (RFC 8445, §5.1.1): on the machine itself, by a STUN server,
 * by the other side's checks, or of a TURN server.
 */
export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay'

/** The way that packets of a connection take now. */
export interface Path {
  /** This side's address. */
  readonly local: CandidateType | undefined
  /** The other side's address. */
  readonly remote: CandidateType | undefined
}

/** What is read of an entry of W3C webrtc-stats. */
type Entry = Readonly<Record<string, unknown>>

/** The path of a connection by its statistics; nothing is known before it is connected. */
export async function pathOf(peer: RtcPeer | undefined): Promise<Path> {
  const entries = new Map<unknown, Entry>()
  try {
    const report = await peer?.getStats?.()
    report?.forEach((entry) => void entries.set((entry as Entry)['id'], entry as Entry))
  } catch {
    // An engine that closes meanwhile has no more to say.
  }
  const pair = selectedPair(entries)
  return {
    local: typeOf(entries.get(pair?.['localCandidateId'])),
    remote: typeOf(entries.get(pair?.['remoteCandidateId'])),
  }
}

/** Firefox names no pair in its transport, but marks the pair itself. */
function selectedPair(entries: ReadonlyMap<unknown, Entry>): Entry | undefined {
  const all = [...entries.values()]
  const selected = all.find(({ type }) => type === 'transport')?.['selectedCandidatePairId']
  if (selected !== undefined) return entries.get(selected)
  const pairs = all.filter(({ type }) => type === 'candidate-pair')
  return (
    pairs.find((pair) => pair['selected'] === true) ??
    pairs.find((pair) => pair['nominated'] === true && pair['state'] === 'succeeded')
  )
}

function typeOf(candidate: Entry | undefined): CandidateType | undefined {
  const type = candidate?.['candidateType']
  return type === 'host' || type === 'srflx' || type === 'prflx' || type === 'relay'
    ? type
    : undefined
}
