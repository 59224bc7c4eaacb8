import type { SigningKey } from '@pigeon/identity'
import type { Clock, LinkFactory, Random, Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubServerEvents, HubServerOptions } from '../../server/options.ts'
import type { HubNodeEvents } from '../node-events.ts'
import type { HubTrust } from '../trust.ts'

/** Options of `FederatedHubServer`: those of `HubServer`, and PeerPigeon's for hubs with its defaults. */
export interface FederatedHubServerOptions extends Omit<HubServerOptions, 'extension' | 'hubId'> {
  /** Whether it joins other hubs at all. Default true. */
  isHub?: boolean | undefined
  /** The id among hubs, 40 lower-case hex characters. Default: that of `hubKey`, else a random one. */
  hubPeerId?: PeerId | undefined
  /** Which hubs belong together. Default `pigeonhub-mesh`. */
  hubMeshNamespace?: string | undefined
  /** Hubs to dial. Default: `ws://localhost:3000`, unless that is this hub, or `port` is 0. */
  bootstrapHubs?: readonly string[] | undefined
  /** Whether they are dialled at the start. Default true. */
  autoConnect?: boolean | undefined
  /** The first wait before another attempt, ms; each further one is twice as long, up to 30 s. Default 5 s. */
  reconnectInterval?: number | undefined
  /** Failures in a row after which an address is given up. Default 10; `Infinity` for never. */
  maxReconnectAttempts?: number | undefined
  /**
   * What all hubs of the network know: at least 32 characters; of several the first is shown and all
   * are taken. Default, without `trustedHubs` too: one that hubs of this user on this machine share.
   */
  hubSecret?: string | readonly string[] | undefined
  /** Ids of hubs whose keys are trusted; they need `hubKey`. */
  trustedHubs?: readonly PeerId[] | undefined
  /** The key whose hash is this hub's id. */
  hubKey?: SigningKey | undefined
  /** Makes peer-to-peer links between hubs, such as `WebRtcLinks`. Default: none, WebSockets only. */
  hubLinks?: ((world: { clock: Clock; random: Random }) => LinkFactory) | undefined
  /** Peer-to-peer links at most, 1 to 50. Default 3. */
  hubMeshMaxPeers?: number | undefined
  /** Peer-to-peer links that are enough to do without WebSockets. Default 2. */
  hubMeshMinPeers?: number | undefined
  /** How long they have to hold before that, ms. Default 10 s. */
  meshMigrationDelay?: number | undefined
  /** A cluster engine, such as that of `/nats`. */
  hubEngine?: MakeHubEngine | undefined
  /** Where this hub is, in your words, such as `eu-west`: clients are sent to hubs of the same region first. */
  region?: string | undefined
  /** Whether clients are asked to move to hubs with more room. Default false. */
  spreadLoad?: boolean | undefined
}

/** What a cluster engine is made with. */
export interface HubEngineWorld {
  readonly self: PeerId
  readonly namespace: string
  readonly trust: HubTrust
  readonly clock: Clock
  readonly random: Random
}

/** Starts a cluster engine. */
export type MakeHubEngine = (world: HubEngineWorld) => HubEngine

/** A cluster engine: a transport between hubs that somebody else carries. */
export interface HubEngine {
  readonly transport: Transport
  close(): Promise<void>
}

/** What happens on a `FederatedHubServer`. */
export interface FederatedHubServerEvents extends HubServerEvents, HubNodeEvents {}
