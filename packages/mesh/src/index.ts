/**
 * Who to link with, and a transport over those links.
 * @module
 */
export {
  DirectMessages,
  type DirectMessagesEvents,
  type DirectMessagesOptions,
  type FailureCode,
} from './direct-messages.ts'
export { Mesh, type MeshEvents, type MeshOptions } from './mesh.ts'
export type { Signaling, SignalingEvents } from './signaling.ts'
