import type { CloseReason, Refusal, Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** A link that just opened, to a peer there was none to. */
export interface OpenedLink {
  readonly peerId: PeerId
  /** Whether it came from this side's offer. */
  readonly initiator: boolean
  /** When this side began with it, by the clock. */
  readonly startedAt: number
}

/** What happens in a `LinkTable`. */
export interface LinkTableEvents {
  signal: (to: PeerId, signal: Signal) => void
  /** A link that is not open yet came a step closer: its offer was answered, or it says so. */
  progress: (peer: PeerId) => void
  opened: (link: OpenedLink) => void
  /** Nothing came from a peer for a while; `recovered` or `closed` follows. */
  suspect: (peer: PeerId) => void
  /** A suspect peer is heard again, be it through another link. */
  recovered: (peer: PeerId) => void
  /** A link ended before it opened, and no other to that peer is left. */
  failed: (peer: PeerId, reason: CloseReason, refusal: Refusal | undefined) => void
  /** An open link ended, and no other to that peer is left. */
  closed: (peer: PeerId, reason: CloseReason, refusal: Refusal | undefined) => void
}
