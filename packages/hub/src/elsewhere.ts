import type { PeerId } from '@pigeon/xor'

/** What a client showed when it proved its id: it says when, and at which hub. */
export interface Evidence {
  /** The Ed25519 key, 64 hex characters. */
  readonly key: string
  /** Host and port that the client dialled. */
  readonly audience: string
  /** Of the CHALLENGE, 64 hex characters. */
  readonly nonce: string
  /** 128 hex characters. */
  readonly signature: string
}

/** A member that joined this hub. */
export interface Arrival {
  readonly network: string
  readonly peerId: PeerId
  /** If it proved its id. */
  readonly evidence: Evidence | undefined
}

/** The other hubs, as one hub sees them. Nothing here throws, and answers come later. */
export interface Elsewhere {
  /** A nonce for a CHALLENGE, 64 hex characters. */
  nonce(): string
  /** A member joined here, or came back by another connection. */
  joined(arrival: Arrival): void
  left(network: string, peerId: PeerId): void
  /**
   * A RELAY for somebody who is not here.
   * @param stamped it carries the sender's id; not to be changed
   * @returns whether it is taken over: {@link HubAccess.unreachable} says so if it comes to nothing
   */
  relay(network: string, from: PeerId, to: PeerId, stamped: Uint8Array): boolean
  /** A member asks for peers. @returns whether it will be answered by {@link HubAccess.answer} */
  query(network: string, peerId: PeerId, ring: readonly PeerId[] | undefined): boolean
}

/** What other hubs may do with one hub's members. */
export interface HubAccess {
  /** All members here, by network. */
  members(): Iterable<{ readonly network: string; readonly ids: readonly PeerId[] }>
  has(network: string, peerId: PeerId): boolean
  /** Hands a stamped RELAY to a member, or keeps it for one that was just lost. */
  deliver(
    network: string,
    from: PeerId,
    to: PeerId,
    stamped: Uint8Array,
  ): 'sent' | 'away' | 'unknown'
  /** A RELAY taken over before came to nothing. */
  unreachable(network: string, from: PeerId, to: PeerId, stamped: Uint8Array | undefined): void
  /** Tells a member of others at once. */
  tell(network: string, to: PeerId, ids: readonly PeerId[]): void
  /** Answers a QUERY. @param ids PONG if `undefined` */
  answer(network: string, to: PeerId, ids: readonly PeerId[] | undefined): void
  /** Has a member told of another, soon. */
  name(network: string, to: PeerId, id: PeerId): void
  /** Tells a member that another left. */
  gone(network: string, to: PeerId, id: PeerId): void
  /** A member proved its id at another hub, later: its connection here ends. */
  displace(network: string, peerId: PeerId): void
}
