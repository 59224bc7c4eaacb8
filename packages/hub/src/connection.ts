import type { MessageSocket } from '@pigeon/signaling-protocol'
import { type PeerId, peerIdToBytes } from '@pigeon/xor'
import { addressKey } from './address.ts'
import type { HubLimits } from './limits.ts'
import type { Network } from './network.ts'
import { type Allowance, TokenBucket } from './token-bucket.ts'

/** What a connection is known as once its HELLO was taken. */
export interface Membership {
  readonly id: PeerId
  /** The same as 20 bytes, ready to be stamped on what it sends. */
  readonly idBytes: Uint8Array
  readonly network: Network<Connection>
  /** The secret that lets a later connection take this one's place. */
  readonly session: string
}

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
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket

  constructor(socket: MessageSocket, remoteAddress: string, limits: HubLimits, now: number) {
    this.socket = socket
    this.remoteAddress = remoteAddress
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

  join(network: Network<Connection>, id: PeerId, session: string): Membership {
    this.membership = { id, idBytes: peerIdToBytes(id), network, session }
    return this.membership
  }
}
