import type { IncomingMessage } from 'node:http'
import { SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { isPeerId, type PeerId } from '@pigeon/xor'

/** What a client that asks for a WebSocket speaks. */
export type Dialect =
  /** That of the extension. */
  | { readonly kind: 'extension' }
  | { readonly kind: 'v2' }
  | { readonly kind: 'v1'; readonly peerId: PeerId; readonly token: string | undefined }
  /** A client of version 1 whose id is none. */
  | { readonly kind: 'bad-id' }
  | { readonly kind: 'unknown' }

/**
 * Reads a handshake: our subprotocol means ours; `?peerId=`, at whatever path, is PeerPigeon's.
 * so does that of the extension, if there is one. A token of version 1 is `?token=` or `Authorization: Bearer`.
 */
export function dialectOf(request: IncomingMessage, extension?: string): Dialect {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',')
  const protocols = offered.map((protocol) => protocol.trim())
  if (protocols.includes(SUBPROTOCOL)) return { kind: 'v2' }
  if (extension !== undefined && protocols.includes(extension)) return { kind: 'extension' }
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
  const peerId = query.get('peerId')
  if (peerId === null) return { kind: 'unknown' }
  if (!isPeerId(peerId)) return { kind: 'bad-id' }
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  return { kind: 'v1', peerId, token: bearer ?? query.get('token') ?? undefined }
}
