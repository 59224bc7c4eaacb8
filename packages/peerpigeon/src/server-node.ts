import { FederatedHubServer, type FederatedHubServerOptions } from '@pigeon/hub/federation'

/** Options of {@link PeerPigeonServer}: PeerPigeon's, with its defaults, and ours. */
export type PeerPigeonServerOptions = FederatedHubServerOptions & {
  /** Taken and not needed: what is over is forgotten at once. */
  cleanupInterval?: number
  /** Taken and not needed: heartbeats find who is gone within 85 s. */
  peerTimeout?: number
}

/**
 * A signaling server under PeerPigeon's name, for its peers and ours. It asks nobody for keys, as
 * PeerPigeon does not; `auth: 'keyed'` does. Joins other hubs with `isHub: true` only.
 */
export class PeerPigeonServer extends FederatedHubServer {
  constructor(options: PeerPigeonServerOptions = {}) {
    const { cleanupInterval: _, peerTimeout: __, ...rest } = options
    super({ auth: 'open', isHub: false, ...rest })
  }
}
