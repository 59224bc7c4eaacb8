import { toRefusal } from '@pigeon/identity'
import type { Emitter, Refusal } from '@pigeon/transport'
import { decodeContent } from './content.ts'
import type { PeerRefusal, PigeonMeshEvents } from './events.ts'
import { MESSAGE_TOPIC, type Parts } from './parts.ts'

/** Tells the listeners of a mesh what happens in its parts. */
export function forwardEvents(
  { signaling, mesh, trust, gossip, direct, routed, failures }: Parts,
  events: Emitter<PigeonMeshEvents>,
): void {
  signaling.on('connected', ({ url }) => events.emit('connected', { hub: url }))
  signaling.on('disconnected', ({ url, reason, willRetry }) =>
    events.emit('disconnected', { hub: url, reason, willRetry }),
  )
  mesh.on('peerDiscovered', (event) => events.emit('peerDiscovered', event))
  mesh.on('peerConnected', (event) => {
    const verified = trust.links.peer(event.peerId)?.verified === true
    failures.connected(event.peerId)
    events.emit('peerConnected', { ...event, verified })
  })
  mesh.on('peerFailed', (event) => {
    const failure = { ...event, refusal: known(event.refusal) }
    failures.failed(failure)
    events.emit('peerFailed', failure)
  })
  mesh.on('peerDisconnected', (event) => {
    events.emit('peerDisconnected', { ...event, refusal: known(event.refusal) })
  })
  mesh.on('peerReconnecting', (event) => events.emit('peerReconnecting', event))
  mesh.on('peerReconnected', (event) => events.emit('peerReconnected', event))
  mesh.on('peerEvicted', (event) => events.emit('peerEvicted', event))
  mesh.on('warning', (event) => events.emit('warning', event))
  direct.on('delivered', (event) => {
    if (!routed.ended(event)) events.emit('messageDelivered', event)
  })
  direct.on('failed', (event) => {
    if (!routed.ended(event)) events.emit('messageFailed', event)
  })
  direct.on('message', ({ from, messageId, payload, hops, timestamp, verified }) => {
    if (routed.received({ from, payload, hops })) return
    const decoded = decodeContent(payload)
    if (decoded === undefined) return
    const rest = {
      from,
      messageId,
      hops,
      timestamp,
      verified,
      direct: true,
      ttl: 0,
      path: undefined,
    }
    events.emit('messageReceived', { ...rest, ...decoded })
  })
  gossip.on('message', ({ topic, author, id, payload, hops, ttl, timestamp, path }) => {
    const decoded = topic === MESSAGE_TOPIC ? decodeContent(payload) : undefined
    if (decoded === undefined) return
    const verified = trust.authors.isVerified(author)
    const rest = {
      from: author,
      messageId: id,
      hops,
      ttl,
      timestamp,
      path,
      verified,
      direct: false,
    }
    events.emit('messageReceived', { ...rest, ...decoded })
  })
}

function known(refusal: Refusal | undefined): PeerRefusal | undefined {
  return refusal && { ...refusal, code: toRefusal(refusal.code) }
}
