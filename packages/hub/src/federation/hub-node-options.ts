import type { Verify } from '@pigeon/identity'
import type { SocketConnector } from '@pigeon/signaling-protocol'
import type { Clock, LinkFactory, Random, Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Hub } from '../hub.ts'
import type { HubLinkKind } from './link-kind.ts'
import type { HubTrust } from './trust.ts'

/** Options of `HubNode`. */
export interface HubNodeOptions {
  readonly hub: Hub
  /** The id among hubs. */
  readonly hubPeerId: PeerId
  readonly clock: Clock
  readonly random: Random
  /** Makes sockets to other hubs. */
  readonly connect: SocketConnector
  readonly trust: HubTrust
  /** Checks what members of other hubs signed. Default: nothing is checked, all are unproven. */
  readonly verify?: Verify | undefined
  /** Which hubs belong together. Default `pigeonhub-mesh`. */
  readonly hubMeshNamespace?: string | undefined
  /** Hubs to dial first. */
  readonly bootstrapHubs?: readonly string[] | undefined
  /** Whether they are dialled by `start()`. Default true. */
  readonly autoConnect?: boolean | undefined
  /** The first wait before another attempt, ms. Default 5 s, doubling to 30 s. */
  readonly reconnectInterval?: number | undefined
  /** Attempts after which an address is given up. Default 10. */
  readonly maxReconnectAttempts?: number | undefined
  /** Where others reach this hub; empty if it does not know. Default: as others see it. */
  readonly url?: string | undefined
  /** The port it listens on, 0 for none. */
  readonly port?: (() => number) | undefined
  readonly region?: string | undefined
  /** Part of this hub's connections that are taken, 0 to 1. */
  readonly load?: (() => number) | undefined
  /** Makes peer-to-peer links between hubs. Default: none, sockets only. */
  readonly links?: LinkFactory | undefined
  /** Peer-to-peer links at most. Default 3. */
  readonly hubMeshMaxPeers?: number | undefined
  /** Peer-to-peer links that are enough to close sockets. Default 2. */
  readonly hubMeshMinPeers?: number | undefined
  /** How long they have to hold before that, ms. Default 10 s. */
  readonly meshMigrationDelay?: number | undefined
  /** Other kinds of links, such as those of `/nats`. */
  readonly transports?: Readonly<Partial<Record<HubLinkKind, Transport>>> | undefined
  /** Hubs known at most. Default 256. */
  readonly maxHubs?: number | undefined
  /** Links that a message may pass. Default 16. */
  readonly hopLimit?: number | undefined
  /** Frames and bytes a second from one hub. Default 20,000 and 64 MiB. */
  readonly linkRate?: number | undefined
  readonly linkByteRate?: number | undefined
}
