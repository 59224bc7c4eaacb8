/**
 * Wire version 1: PeerPigeon's JSON, for hubs that take its peers, and for our peers at its servers.
 * @module
 */
export {
  decodeV1Frame,
  V1_DEFAULT_NETWORK,
  V1_SIGNALS,
  type V1Frame,
  type V1Naming,
  v1Connected,
  v1Disconnected,
  v1Discovered,
  v1Error,
  v1Goodbye,
  v1NotRouted,
  v1Pong,
} from './v1/frames.ts'
export { quickV1Signal } from './v1/quick-signal.ts'
export { V1Stamp } from './v1/stamp.ts'
