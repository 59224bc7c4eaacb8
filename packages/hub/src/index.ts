/**
 * The hub: where peers of a network find each other, over any kind of socket.
 * @module
 */
export { AUTH_MODES, type AuthMode, type TokenGrant, type VerifyToken } from './auth.ts'
export type { Caller } from './connection.ts'
export {
  CLOSEST_PEERS,
  RANDOM_PEERS,
  RING_PEERS_EACH_SIDE,
  SMALL_NETWORK,
} from './discovery.ts'
export type { Arrival, Elsewhere, Evidence, HubAccess } from './elsewhere.ts'
export type { HubEvents, HubPeer, HubStats, LeaveReason } from './events.ts'
export { Hub, type V1Caller } from './hub.ts'
export type { HubOptions } from './hub-options.ts'
export { DEFAULT_LIMITS, type HubLimits } from './limits.ts'
export { COALESCE_MS, PAIR_INTERVAL_MS } from './naming.ts'
