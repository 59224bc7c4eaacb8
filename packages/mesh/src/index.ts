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
export { Neighbourhood, type NeighbourhoodEvents } from './neighbourhood.ts'
export { type RouteResult, Router, type RouterEvents, type RouterOptions } from './router.ts'
export type { Signaling, SignalingEvents } from './signaling.ts'
