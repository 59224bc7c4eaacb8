/**
 * Who to link with, and a transport over those links.
 * @module
 */
export type { Connectivity } from './connectivity.ts'
export {
  DirectMessages,
  type DirectMessagesEvents,
  type DirectMessagesOptions,
  type FailureCode,
} from './direct-messages.ts'
export type { Envelopes, Opened } from './envelopes.ts'
export { Mesh } from './mesh.ts'
export type { MeshEvents, MeshOptions } from './mesh-options.ts'
export { Neighbourhood, type NeighbourhoodEvents } from './neighbourhood.ts'
export type { RouteResult } from './request-memory.ts'
export { Router } from './router.ts'
export type { Routed, RouterEvents, RouterOptions, Routing } from './router-options.ts'
export type { Signaling, SignalingEvents } from './signaling.ts'
