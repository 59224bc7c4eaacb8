/**
 * Links over WebRTC: one connection to one peer, in browsers and in Node.
 * @module
 */
export type {
  IceServer,
  IceTransportPolicy,
  RtcCandidate,
  RtcChannel,
  RtcDescription,
  RtcEngine,
  RtcEvent,
  RtcPeer,
  RtcTraits,
} from './engine.ts'
export type { IceServers } from './ice-servers.ts'
export { WebRtcLink } from './link.ts'
export type { LinkStats } from './link-stats.ts'
export { WebRtcLinks } from './links.ts'
export type { LinkSettings, WebRtcLinksOptions } from './options.ts'
export type { CandidateType, Path } from './path.ts'
export { type RtcPeerConstructor, w3cEngine } from './w3c-engine.ts'
