import type { PeerId } from '@pigeon/xor'
import type { Unsubscribe } from './emitter.ts'

/**
 * What became of a frame handed to {@link Transport.send}:
 * - `sent`: taken; it arrives whole and in order, or the link goes down
 * - `congested`: not taken, too much is on its way to that neighbour; `drain` says when to go on
 * - `gone`: not taken, there is no such neighbour (any more)
 * - `too-large`: not taken, it has more than `maxFrameBytes`
 */
export type SendResult = 'sent' | 'congested' | 'gone' | 'too-large'

/**
 * Why a link ended:
 * - `local`: this side closed it
 * - `bye`: the other side said goodbye
 * - `evicted`: the other side had to make room
 * - `rejected`: the other side refuses this peer
 * - `failed`: the path broke, or what arrived made no sense; the other side may say so
 * - `timeout`: it did not open, or nothing came through it, for too long; to the other side, which
 *   lives if it hears of that, it is `failed`
 */
export type CloseReason = 'local' | 'bye' | 'evicted' | 'rejected' | 'failed' | 'timeout'

/**
 * How a frame travels beside others on one link:
 * - `prompt`: before all that is `bulk`; in order among each other
 * - `bulk`: behind them, such as pieces of a file; in order among each other
 * - `loose`: may get lost, and may overtake others, as a pointer's position may
 *
 * A kind of link without lanes takes them all as `prompt`.
 */
export type Lane = 'prompt' | 'bulk' | 'loose'

/** What happens on a {@link Transport}. */
export interface TransportEvents {
  /** A neighbour can be sent to from now on. */
  up: (peer: PeerId) => void
  /** The neighbour is gone; follows each `up` exactly once. */
  down: (peer: PeerId, reason: CloseReason) => void
  /** A frame arrived, between `up` and `down`. The bytes belong to the listener. */
  frame: (from: PeerId, frame: Uint8Array) => void
  /** A neighbour that answered `congested` takes frames again; if `lane` is said, of that lane. */
  drain: (peer: PeerId, lane?: Lane) => void
}

/**
 * A protocol's view of its direct links, and all it sees of the network.
 *
 * Frames of one lane of a link arrive whole, in order and at most once, or the link goes down; only
 * `loose` ones may get lost or overtake others. Every implementation passes the cases of `@pigeon/transport/testing`.
 */
export interface Transport {
  /** The id of this peer. */
  readonly self: PeerId
  /** Peers that are up now. A live view: it changes before `up` and `down` are emitted. */
  readonly neighbours: ReadonlySet<PeerId>
  /** The largest frame, in bytes. */
  readonly maxFrameBytes: number
  /**
   * Hands one frame to one neighbour. Never throws and never buffers without bound; the bytes are
   * copied or sent before it returns, so the caller may reuse them.
   * @param lane default `prompt`
   */
  send(to: PeerId, frame: Uint8Array, lane?: Lane): SendResult
  /** Listens for an event; call the result to stop. */
  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe
}

/** The time, and a way to wait. */
export interface Clock {
  /** Milliseconds since the Unix epoch; never goes back. */
  now(): number
  /** Runs `run` once after `ms` milliseconds; call the result to cancel. */
  after(ms: number, run: () => void): () => void
}

/** A source of random bytes, cryptographically strong outside of simulations. */
export interface Random {
  /** Fills `bytes` and returns them. */
  fill(bytes: Uint8Array): Uint8Array
}

/** A message from one end of a {@link Link} to the other, carried by whoever has a path already. */
export type Signal =
  | {
      readonly type: 'offer' | 'answer'
      /** Names one attempt to connect; chosen at random by the side that offers. */
      readonly connection: string
      /** A session description, or whatever the links of one network say in its place. */
      readonly sdp: string
    }
  | {
      readonly type: 'candidate'
      readonly connection: string
      /** One ICE candidate line (RFC 8839), empty at the end of candidates. */
      readonly candidate: string
      readonly sdpMid: string | null
      readonly sdpMLineIndex: number | null
    }

/** The certificates of both ends of a link, 32 bytes of SHA-256 each (RFC 8122). */
export interface LinkFingerprints {
  readonly local: Uint8Array
  readonly remote: Uint8Array
}

/** That one end would not have a link, and why. */
export interface Refusal {
  /** For programs, such as `FINGERPRINT`; the package that makes the link lists them. */
  readonly code: string
  /** Which end refused: what `peer` says is its word alone. */
  readonly by: 'self' | 'peer'
}

/** What happens on a {@link Link}. */
export interface LinkEvents {
  /**
   * It came a step closer to being open: a path is there, or what remains is between the two ends.
   * Whoever waits may give it more time. Not every kind of link says so.
   */
  progress: () => void
  /** Frames may be sent from now on. At most once. */
  open: () => void
  /** A whole frame arrived; `loose` ones say so, since they may come out of turn. */
  frame: (frame: Uint8Array, lane?: Lane) => void
  /** A link that answered `congested` takes frames again; if `lane` is said, of that lane. */
  drain: (lane?: Lane) => void
  /** Bring this to the other end, in order if possible. */
  signal: (signal: Signal) => void
  /** Nothing came for a while. It is still open; `recovered` or `close` follows. */
  suspect: () => void
  /** Something came again through a link that was suspect. */
  recovered: () => void
  /** It is over. Exactly once, also for a link that never opened. */
  close: (reason: CloseReason, refusal?: Refusal) => void
}

/** One connection to one peer, from the first signal to the end. */
export interface Link {
  readonly remote: PeerId
  readonly state: 'connecting' | 'open' | 'closed'
  /** The attempt this link belongs to; `undefined` until an offer was made or taken. */
  readonly connection: string | undefined
  /** From before `open` on; `undefined` for a kind of link that has no certificates. */
  readonly fingerprints: LinkFingerprints | undefined
  readonly maxFrameBytes: number
  /**
   * Whether it looks for another path by itself while it is suspect. Where not, its owner may make
   * a second link beside it, and close this one when that is open.
   */
  readonly mends: boolean
  /** As {@link Transport.send}; `gone` unless the link is open. */
  send(frame: Uint8Array, lane?: Lane): SendResult
  /** Takes what the other end's `signal` event brought. Checked here: it may be anything. */
  signal(signal: unknown): void
  /**
   * Asks the other end for a sign of life at once, as after the machine slept: one that stays
   * silent is suspect or gone sooner than it would be without. Does nothing unless the link is open.
   */
  check(): void
  /**
   * Ends the link. The state is `closed` and `close` is emitted before this returns; what was sent
   * still leaves, and the promise resolves when the connection is gone, within about a second.
   */
  close(reason?: CloseReason): Promise<void>
  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe
}

/** Makes links; each kind of network has its own. */
export interface LinkFactory {
  /** As {@link Transport.maxFrameBytes}, the same for all links of one factory. */
  readonly maxFrameBytes: number
  /**
   * Starts a link from `self` to `remote`.
   * @param options.dial whether this side offers at once; else it waits for the other's offer
   */
  create(options: { self: PeerId; remote: PeerId; dial: boolean }): Link
}
