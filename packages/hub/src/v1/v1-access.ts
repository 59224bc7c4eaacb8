import { v1Disconnected } from '@pigeon/signaling-protocol/v1'
import type { PeerId } from '@pigeon/xor'
import type { Connection } from '../connection.ts'
import type { HubAccess } from '../elsewhere.ts'
import { federatedV1, ownV1Name } from './federated-name.ts'

/** What {@link v1Access} needs of the peers of version 1; networks by their own names. */
export interface V1Members {
  members(): Iterable<{ readonly network: string; readonly ids: readonly PeerId[] }>
  member(network: string, id: PeerId): Connection | undefined
  send(connection: Connection, bytes: Uint8Array): boolean
  /** Tells a member of somebody at another hub. */
  name(to: Connection, peerId: PeerId): void
  now(): number
  /** A member came to another hub, or somebody who says so: ids of version 1 prove nothing. */
  displace(connection: Connection): void
}

/** What other hubs may do with peers of version 1. They are told neither of receipts nor of failures. */
export function v1Access(peers: V1Members): HubAccess {
  const member = (network: string, id: PeerId) => peers.member(ownV1Name(network), id)
  const name = (network: string, to: PeerId, id: PeerId): void => {
    const receiver = member(network, to)
    if (receiver !== undefined) peers.name(receiver, id)
  }
  return {
    *members() {
      for (const { network, ids } of peers.members()) yield { network: federatedV1(network), ids }
    },
    has: (network, id) => member(network, id) !== undefined,
    deliver: (network, _from, to, stamped) => {
      const target = member(network, to)
      if (target === undefined || !peers.send(target, stamped)) return 'unknown'
      if (target.v1 !== undefined) target.v1.signalled = true
      return 'sent'
    },
    unreachable: () => {},
    tell: (network, to, ids) => {
      for (const id of ids) name(network, to, id)
    },
    answer: () => {},
    name,
    gone: (network, to, peerId) => {
      const receiver = member(network, to)
      if (receiver === undefined) return
      const networkName = ownV1Name(network)
      peers.send(receiver, v1Disconnected({ to, peerId, networkName }, peers.now()))
    },
    displace: (network, id) => {
      const holder = member(network, id)
      if (holder !== undefined) peers.displace(holder)
    },
  }
}
