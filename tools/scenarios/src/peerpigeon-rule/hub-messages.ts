import type { Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** What a peer says to the hub, as far as links depend on it. */
export type ToHub =
  | { readonly type: 'announce'; readonly peerId: PeerId }
  /** An offer, an answer or a candidate. */
  | { readonly type: 'signal'; readonly to: PeerId; readonly signal: Signal }
  /** The hub does not pass it on. */
  | { readonly type: 'connection-rejected'; readonly to: PeerId }

/** What the hub says. */
export type FromHub =
  | { readonly type: 'connected' }
  | { readonly type: 'peer-discovered'; readonly peerId: PeerId }
  /** Peers do nothing about it. */
  | { readonly type: 'peer-disconnected'; readonly peerId: PeerId }
  | { readonly type: 'signal'; readonly from: PeerId; readonly signal: Signal }
  /** It does not know this type of message. */
  | { readonly type: 'error' }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** JSON, as theirs. */
export function encode(message: ToHub | FromHub): Uint8Array {
  return encoder.encode(JSON.stringify(message))
}

export function decode<T extends ToHub | FromHub>(bytes: Uint8Array): T {
  return JSON.parse(decoder.decode(bytes)) as T
}
