import type { V1Stamp } from '@pigeon/signaling-protocol/v1'
import type { PeerId } from '@pigeon/xor'
import type { TokenGrant } from '../auth.ts'
import type { Connection } from '../connection.ts'
import type { Network } from '../network.ts'
import { Strangers } from './strangers.ts'

/** What a connection of version 1 is known as. */
export interface V1Peer {
  readonly id: PeerId
  readonly grant: TokenGrant | undefined
  /** Where it announced itself. */
  network: Network<Connection> | undefined
  stamp: V1Stamp | undefined
  /** What it said of itself. */
  data: object | undefined
  announcedAt: number
  /** When it was last in no network. */
  idleSince: number
  /** It has dialled somebody, or was dialled. */
  signalled: boolean
  pingedAt: number | undefined
  /** Peers of other hubs it was told of. */
  readonly strangers: Strangers
}

/** One that has connected, and announced nothing so far. */
export function newV1Peer(id: PeerId, grant: TokenGrant | undefined, now: number): V1Peer {
  return {
    id,
    grant,
    network: undefined,
    stamp: undefined,
    data: undefined,
    announcedAt: 0,
    idleSince: now,
    signalled: false,
    pingedAt: undefined,
    strangers: new Strangers(),
  }
}
