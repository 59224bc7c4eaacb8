import { isPeerId, type PeerId } from '@pigeon/xor'
import { jsonFromBytes, utf8Bytes } from '../json.ts'

/** A message of a client of wire version 1, as far as a hub reads it. */
export interface V1Frame {
  readonly type: string
  /** As it came: anything, to be handed on as it is. */
  readonly data: unknown
  /** `global` if it said none, as PeerPigeon has it. */
  readonly networkName: string
  readonly targetPeerId: PeerId | undefined
  /** Whom it says it is from; the hub knows better. */
  readonly fromPeerId: unknown
}

/** The network of those who name none. */
export const V1_DEFAULT_NETWORK = 'global'

/** Messages that a hub hands on. */
export const V1_SIGNALS: ReadonlySet<string> = new Set(['offer', 'answer', 'ice-candidate'])

/** Reads a message. Never throws. @returns `undefined` unless it is a JSON object with a type */
export function decodeV1Frame(bytes: Uint8Array): V1Frame | undefined {
  const value = jsonFromBytes(bytes)
  if (typeof value !== 'object' || value === null) return undefined
  const { type, data, networkName, targetPeerId, fromPeerId } = value as Record<string, unknown>
  if (typeof type !== 'string') return undefined
  return {
    type,
    data,
    networkName: typeof networkName === 'string' ? networkName : V1_DEFAULT_NETWORK,
    targetPeerId: isPeerId(targetPeerId) ? targetPeerId : undefined,
    fromPeerId,
  }
}

/** What every message of a hub but `error` names as its sender. */
const SYSTEM = 'system'

/** The first message of a hub. @param timestamp ms since the Unix epoch, as below */
export function v1Connected(peerId: PeerId, timestamp: number): Uint8Array {
  return frame({ type: 'connected', data: { peerId }, fromPeerId: SYSTEM, timestamp })
}

/** Who is told of whom, by `peer-discovered` and `peer-disconnected`. */
export interface V1Naming {
  readonly to: PeerId
  readonly peerId: PeerId
  readonly networkName: string
  /** What the peer said of itself in its announcement. */
  readonly data?: object | undefined
}

/** There is a peer; its own word of what it is cannot change id or rank. */
export function v1Discovered(naming: V1Naming, timestamp: number): Uint8Array {
  const { to, peerId, networkName, data } = naming
  const body = { ...data, peerId, isHub: false }
  return toPeer('peer-discovered', body, to, networkName, timestamp)
}

/** A peer is gone. */
export function v1Disconnected({ to, peerId, networkName }: V1Naming, at: number): Uint8Array {
  return toPeer('peer-disconnected', { peerId, isHub: false }, to, networkName, at)
}

/** A peer takes its leave. @param data what it said */
export function v1Goodbye(
  { to, peerId, networkName }: V1Naming,
  data: unknown,
  timestamp: number,
): Uint8Array {
  const body = { type: 'goodbye', data, fromPeerId: peerId, targetPeerId: to }
  return frame({ ...body, networkName, timestamp })
}

/** The answer to `ping`. */
export function v1Pong(to: PeerId, networkName: string, timestamp: number): Uint8Array {
  return toPeer('pong', { timestamp }, to, networkName, timestamp)
}

/** A message that the hub does not hand on. */
export function v1Error(error: string, timestamp: number): Uint8Array {
  return frame({ type: 'error', error, timestamp })
}

/** PeerPigeon's words for a type that hubs do not hand on. @param type at most 64 characters are told */
export function v1NotRouted(type: string): string {
  return `Signaling server does not route '${type.slice(0, 64)}' messages. Use WebRTC data channels for peer-to-peer communication.`
}

function toPeer(
  type: string,
  data: object,
  targetPeerId: PeerId,
  networkName: string,
  timestamp: number,
): Uint8Array {
  return frame({ type, data, networkName, fromPeerId: SYSTEM, targetPeerId, timestamp })
}

function frame(value: object): Uint8Array {
  return utf8Bytes(JSON.stringify(value))
}
