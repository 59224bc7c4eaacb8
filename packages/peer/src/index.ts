/**
 * Join a network of browsers and servers in one call.
 * @module
 */
export {
  type Authorize,
  Identity,
  type KeyCard,
  type LinkRefusal,
  type LinkTalk,
  type ProvenPeer,
} from '@pigeon/identity'
export type { CloseReason, Lane, SendResult, Transport } from '@pigeon/transport'
export { assertPeerId, isPeerId, type PeerId, peerIdFromName } from '@pigeon/xor'
export type { Content, Json } from './content.ts'
export type { Diagnosis } from './diagnosis/diagnose.ts'
export type { Problem, ProblemCode } from './diagnosis/problem.ts'
export {
  type EnvironmentReport,
  environmentReport,
  hasWebRTCSupport,
  hasWebSocketSupport,
  type Runtime,
} from './environment.ts'
export { MeshError, type MeshErrorCode } from './errors.ts'
export type { PeerRefusal, PigeonMeshEvents } from './events.ts'
export { joinMesh } from './join.ts'
export type { MeshStats, PeerStats } from './mesh-stats.ts'
export type { JoinOptions } from './options.ts'
export { PigeonMesh } from './pigeon-mesh.ts'
export type { IdentityOption } from './self.ts'
