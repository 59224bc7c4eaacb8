import { isPeerId, type PeerId } from '@pigeon/peer'

/** Characters of one message on a channel, at most: larger ones close channels of PeerPigeon. */
export const MAX_FRAME_CHARACTERS: number = 256 * 1024

/** Hops that PeerPigeon gives a message. */
export const WIRE_TTL = 40

const MAX_ID_CHARACTERS = 64
const MAX_KIND_CHARACTERS = 32

/** A message that peers hand on to each other, as npm `peerpigeon` 1.1 writes it. */
export interface GossipFrame {
  readonly type: 'gossip'
  readonly id: string
  /** `chat`: to all; `dm`: to one; others are handed on unread. */
  readonly subtype: string
  readonly content: unknown
  /** Whoever wrote it said so: nothing proves it. */
  readonly from: PeerId
  readonly to?: PeerId
  readonly networkName: string
  /** By the writer's clock, ms since 1970. */
  readonly timestamp: number
  /** Hops left. */
  readonly ttl: number
  /** Whom it passed, its writer first, as they said. */
  readonly path: readonly PeerId[]
}

/** What else is understood on a channel. */
export type WireFrame =
  | GossipFrame
  /** The other side makes room for somebody closer to it. */
  | { readonly type: 'eviction'; readonly reason: string }
  /** The other side asks its neighbours for a value of its table. */
  | { readonly type: 'dht-query'; readonly requestId: string | number }
  /** Anything else that PeerPigeon says; it is passed over. */
  | { readonly type: 'other' }

/** Reads a message of a channel. Never throws. @returns `undefined` for what makes no sense */
export function decodeWireFrame(text: string): WireFrame | undefined {
  if (text.length > MAX_FRAME_CHARACTERS) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { type, reason, messageType, data } = Object(value) as Record<string, unknown>
  if (typeof type !== 'string') return undefined
  if (type === 'gossip') return readGossip(value as Record<string, unknown>)
  if (type === 'eviction') return { type, reason: typeof reason === 'string' ? reason : '' }
  const { requestId } = Object(data) as Record<string, unknown>
  const isQuery = type === 'dht' && messageType === 'dht_query'
  if (isQuery && (typeof requestId === 'string' || typeof requestId === 'number')) {
    return { type: 'dht-query', requestId }
  }
  return { type: 'other' }
}

function readGossip(value: Record<string, unknown>): GossipFrame | undefined {
  const { id, subtype, content, from, to, networkName = 'global', timestamp, ttl, path } = value
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_CHARACTERS) return undefined
  if (typeof subtype !== 'string' || subtype.length > MAX_KIND_CHARACTERS) return undefined
  if (content === undefined || !isPeerId(from) || typeof networkName !== 'string') return undefined
  if (to !== undefined && !isPeerId(to)) return undefined
  if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) return undefined
  if (!Number.isInteger(ttl) || (ttl as number) > WIRE_TTL) return undefined
  const passed = Array.isArray(path) ? path.slice(0, WIRE_TTL).filter(isPeerId) : []
  const all = { type: 'gossip', id, subtype, content, from, networkName, timestamp } as const
  return { ...all, ttl: ttl as number, path: passed, ...(to !== undefined && { to }) }
}
