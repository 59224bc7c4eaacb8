/**
 * Broadcast to everyone in the network, once.
 * @module
 */
export { Gossip, type GossipEvents, type GossipOptions, type GossipStats } from './gossip.ts'
export {
  type GossipMessage,
  MAX_PROOF_BYTES,
  MAX_TOPIC_BYTES,
  type PublishOptions,
  type Verdict,
} from './message.ts'
