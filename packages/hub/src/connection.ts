import type { MessageSocket, OfferedIceServer } from '@pigeon/signaling-protocol'
import { type PeerId, peerIdToBytes } from '@pigeon/xor'
import { addressKey } from './address.ts'
import type { Admitted, Pending } from './admission.ts'
import type { HubLimits } from './limits.ts'
import type { Network } from './network.ts'
import { type Allowance, TokenBucket } from './token-bucket.ts'
import type { V1Peer } from './v1/v1-peer.ts'

/** Where a connection comes from. */
export interface Caller {
  /** The other side's IP address, or any text for other kinds of sockets. */
  readonly remoteAddress: string
  /** Names this hub may have been dialled by, as `audienceOf` writes them. None: proofs for any are taken. */
  readonly audiences?: readonly string[] | undefined
  /** STUN and TURN servers to tell it, at most 8. */
  readonly iceServers?: readonly OfferedIceServer[] | undefined
}

/** What a connection is known as once its HELLO was taken. */
export interface Membership {
  readonly id: PeerId
  /** The same as 20 bytes, ready to be stamped on what it sends. */
  readonly idBytes: Uint8Array
  readonly network: Network<Connection>
  /** The secret that lets a later connection take this one's place. */
  readonly session: string
  /** It holds the key of its id. */
  readonly proven: boolean
  /** The wire version agreed on. */
  readonly version: number
  /** When its token ends, ms since the Unix epoch. */
  readonly expiresAt: number | undefined
}

const NONE: readonly never[] = []

/** One client's connection and what is counted about it. */
export class Connection {
  readonly socket: MessageSocket
  readonly remoteAddress: string
  /** What the limit on connections counts it under. */
  readonly addressKey: string
  readonly connectedAt: number
  heardAt: number
  strikes = 0
  /** Nothing is read from or sent to it any more. */
  closing = false
  membership: Membership | undefined
  /** Between HELLO and WELCOME. */
  pending: Pending | undefined
  /** It is spoken to in PeerPigeon's JSON. */
  speaksV1 = false
  /** A client of version 1, once its id is its own. */
  v1: V1Peer | undefined
  /** Names the client may have dialled this hub by; any if there are none. */
  audiences: readonly string[]
  /** Servers to tell it in its WELCOME. */
  iceServers: readonly OfferedIceServer[]
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket

  constructor(socket: MessageSocket, from: Caller, limits: HubLimits, now: number) {
    const { remoteAddress, audiences = NONE, iceServers = NONE } = from
    this.socket = socket
    this.remoteAddress = remoteAddress
    this.audiences = audiences
    this.iceServers = iceServers
    this.addressKey = addressKey(remoteAddress)
    this.connectedAt = now
    this.heardAt = now
    this.#messages = new TokenBucket(limits.messageRate, limits.messageBurst, now)
    this.#bytes = new TokenBucket(limits.byteRate, limits.byteBurst, now)
  }

  /** Counts one message of so many bytes. */
  charge(messages: number, bytes: number, now: number): Allowance {
    const a = this.#messages.take(messages, now)
    const b = this.#bytes.take(bytes, now)
    if (a === 'far-over' || b === 'far-over') return 'far-over'
    return a === 'ok' && b === 'ok' ? 'ok' : 'over'
  }

  join(network: Network<Connection>, session: string, admitted: Admitted): void {
    const { hello, version, proven, expiresAt } = admitted
    const { peerId: id } = hello
    const idBytes = peerIdToBytes(id)
    this.membership = { id, idBytes, network, session, proven, version, expiresAt }
    this.audiences = NONE
  }
}
