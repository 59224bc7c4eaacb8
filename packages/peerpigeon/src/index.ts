/**
 * PeerPigeon's exports: change the import, keep the program.
 * @module
 */

export { PeerPigeonServer, type PeerPigeonServerOptions } from '#server'
export type { EncryptedMessage, GroupKey } from './crypto-manager.ts'
export { DebugLogger, type DebugModule, type ModuleLogger } from './debug-logger.ts'
export type { PeerPigeonMeshEvents, StatusType } from './events.ts'
export type { StreamingStatus } from './media-manager.ts'
export { PeerPigeonMesh } from './mesh.ts'
export type { PeerPigeonMeshOptions } from './options.ts'
export {
  PeerConnection,
  type PeerConnectionEvents,
  type PeerConnectionOptions,
} from './peer-connection.ts'
export {
  SignalingClient,
  type SignalingClientEvents,
  type SignalingMessage,
} from './signaling-client.ts'
export type { DiscoveredPeer, MeshStatus } from './status.ts'
export { WebDHT, type WebDhtSource } from './web-dht.ts'
