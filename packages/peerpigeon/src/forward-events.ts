import type { PigeonMesh } from '@pigeon/peer'
import { DebugLogger } from './debug-logger.ts'
import type { PeerPigeonMeshEvents, StatusType } from './events.ts'
import type { PlainEvents } from './plain-events.ts'
import type { WireMesh } from './wire/wire-mesh.ts'

const mesh = DebugLogger.create('PeerPigeonMesh')
const signaling = DebugLogger.create('SignalingClient')
const discovery = DebugLogger.create('PeerDiscovery')
const connections = DebugLogger.create('ConnectionManager')
const eviction = DebugLogger.create('EvictionManager')
const gossip = DebugLogger.create('GossipManager')

/** Tells of what happens in a mesh under PeerPigeon's names. */
export function forwardEvents(pigeon: PigeonMesh, to: PlainEvents<PeerPigeonMeshEvents>): void {
  const status = (type: StatusType, message: string): void => {
    mesh.info(message)
    to.emit('statusChanged', { type, message })
  }
  pigeon.on('connected', (event) => {
    signaling.info(`connected to ${event.hub}`)
    to.emit('connected', event)
    status('connected', `Connected to ${event.hub}`)
  })
  pigeon.on('disconnected', (event) => {
    signaling.info(`lost ${event.hub}: ${event.reason}`)
    to.emit('disconnected', event)
    status('disconnected', `Disconnected from ${event.hub}: ${event.reason}`)
  })
  pigeon.on('peerDiscovered', (event) => {
    discovery.debug(`discovered ${event.peerId}`)
    to.emit('peerDiscovered', event)
  })
  pigeon.on('peerConnected', (event) => {
    connections.info(`linked with ${event.peerId} after ${event.connectMs} ms`)
    to.emit('peerConnected', event)
    to.emit('peersUpdated', undefined)
  })
  pigeon.on('peerDisconnected', ({ peerId, reason }) => {
    connections.info(`link with ${peerId} ended: ${reason}`)
    to.emit('peerDisconnected', { peerId, reason })
    to.emit('peersUpdated', undefined)
  })
  pigeon.on('peerFailed', ({ peerId, reason }) => {
    connections.info(`no link with ${peerId}: ${reason}`)
  })
  pigeon.on('peerReconnecting', (event) => to.emit('peerReconnecting', event))
  pigeon.on('peerReconnected', (event) => to.emit('peerReconnected', event))
  pigeon.on('peerEvicted', (event) => {
    eviction.info(`let go of ${event.peerId}`)
    to.emit('peerEvicted', event)
  })
  pigeon.on('warning', ({ message }) => status('warning', message))
  pigeon.on('messageReceived', (event) => {
    gossip.debug(`message ${event.messageId} of ${event.from}, ${event.hops} hops`)
    to.emit('messageReceived', { ...event, path: event.path ?? [event.from] })
  })
  pigeon.on('messageDelivered', (event) => to.emit('messageDelivered', event))
  pigeon.on('messageFailed', (event) => to.emit('messageFailed', event))
}

/** The same of a peer among those of npm `peerpigeon`. */
export function forwardWireEvents(wire: WireMesh, to: PlainEvents<PeerPigeonMeshEvents>): void {
  const status = (type: StatusType, message: string): void => {
    mesh.info(message)
    to.emit('statusChanged', { type, message })
  }
  status('warning', "wire: 'peerpigeon-1' proves nobody's id and seals no message")
  wire.on('connected', (event) => {
    to.emit('connected', event)
    status('connected', `Connected to ${event.hub}`)
  })
  wire.on('disconnected', (event) => {
    to.emit('disconnected', event)
    status('disconnected', `Disconnected from ${event.hub}: ${event.reason}`)
  })
  wire.on('peerDiscovered', (event) => to.emit('peerDiscovered', event))
  wire.on('peerConnected', (event) => {
    connections.info(`linked with ${event.peerId} after ${event.connectMs} ms`)
    to.emit('peerConnected', event)
    to.emit('peersUpdated', undefined)
  })
  wire.on('peerDisconnected', (event) => {
    connections.info(`link with ${event.peerId} ended: ${event.reason}`)
    to.emit('peerDisconnected', event)
    to.emit('peersUpdated', undefined)
  })
  wire.on('messageReceived', (event) => to.emit('messageReceived', event))
  wire.on('messageFailed', (event) => to.emit('messageFailed', event))
}
