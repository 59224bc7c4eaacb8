/**
 * Broadcast to everyone in the network, once.
 * @module
 */
export { GossipError, type GossipErrorCode } from './errors.ts'
export { Gossip, type GossipEvents, type GossipStats, type Report } from './gossip.ts'
export {
  type GossipMessage,
  MAX_PROOF_BYTES,
  MAX_TOPIC_BYTES,
  type Priority,
  type PublishOptions,
  type Verdict,
} from './message.ts'
export type { GossipOptions, Limits } from './options.ts'
