import type { PeerId } from '@pigeon/xor'
import type { ErrorCode } from './codes.ts'

/** The body of HELLO: who connects, to which network, and which versions it speaks. */
export interface Hello {
  /** Lowest and highest wire version, 1 to 255. */
  readonly versions: readonly [min: number, max: number]
  readonly peerId: PeerId
  /** 1 to 128 UTF-8 bytes without control characters. */
  readonly network: string
  /** A secret of 32 hex characters: the one who knows it takes over the id at once. */
  readonly session?: string | undefined
  /** The Ed25519 key that `peerId` is the hash of, 64 hex characters: the hub answers with CHALLENGE. */
  readonly key?: string | undefined
  /** What lets this client in where hubs ask for it, such as a JWT. At most 8,192 characters. */
  readonly token?: string | undefined
}

/** The body of CHALLENGE: prove that the key of your HELLO is yours. */
export interface Challenge {
  /** 32 random bytes as 64 hex characters. */
  readonly nonce: string
}

/** The body of PROOF. */
export interface Proof {
  /** The host and port that the client dialled: a proof made for one hub is worth nothing at another. */
  readonly audience: string
  /** Ed25519, 128 hex characters, over {@link hubProofBytes}. */
  readonly signature: string
}

/** The body of GOAWAY: the hub is about to stop. */
export interface GoAway {
  /** Other hubs of the same networks, preferred first; may be none. */
  readonly urls: readonly string[]
  /** How long to stay, ms: every client is told another time, so that they move one by one. */
  readonly afterMs: number
}

/** What a hub takes from one client. */
export interface WelcomeLimits {
  /** Bytes of one message. */
  readonly maxMessageBytes: number
  /** Messages a second, and at once. */
  readonly messageRate?: number | undefined
  readonly messageBurst?: number | undefined
  /** Bytes a second, and at once. */
  readonly byteRate?: number | undefined
  readonly byteBurst?: number | undefined
}

/** A STUN or TURN server that a hub offers, as in W3C webrtc-pc §4.2.2. */
export interface OfferedIceServer {
  /** 1 to 8 `stun:`, `turn:` or `turns:` addresses. */
  readonly urls: readonly string[]
  readonly username?: string | undefined
  readonly credential?: string | undefined
}

/** The body of WELCOME: the client is a member of its network. */
export interface Welcome {
  readonly version: number
  readonly hubId?: PeerId | undefined
  /** To be kept secret and shown in the HELLO of a reconnect. */
  readonly session: string
  /** Whom to ask for a link: the closest, the ring neighbours, and some at random. */
  readonly peers: readonly PeerId[]
  /** A client silent for this long sends PING, ms. */
  readonly heartbeatMs: number
  readonly limits: WelcomeLimits
  /** At most 8, for the links of this client; what makes no sense counts as none. */
  readonly iceServers?: readonly OfferedIceServer[] | undefined
}

/** The body of QUERY. */
export interface Query {
  /**
   * The next ids on either side of the ring that the client has, at most two: if the hub knows of
   * none nearer it answers with PONG instead of PEERS.
   */
  readonly ring?: readonly PeerId[] | undefined
}

/** The body of PEERS. */
export interface Peers {
  readonly peers: readonly PeerId[]
}

/** The body of LEFT. */
export interface Left {
  readonly peer: PeerId
}

/** The body of ERROR; a close follows. */
export interface ErrorBody {
  readonly code: ErrorCode
  readonly message: string
}
