import type { CloseReason, Link } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** What a tree asks of a link that is open. */
export type TreeLink = Pick<Link, 'send' | 'close' | 'on'>

/** Is told what becomes of an attempt to link. */
export interface AttemptListener {
  /**
   * Bring this to the other end. The first one of the side that began goes through the tree and
   * has all there is to say; what follows, and everything of the other side, goes directly.
   */
  signal(bytes: Uint8Array): void
  /** It came a step closer to being open: whoever waits may give it more time. */
  progress?(): void
  /** The link is open. */
  open(link: TreeLink): void
  /** It will never be; not after {@link AttemptListener.open}, nor after `cancel`. */
  failed(reason: CloseReason): void
}

/** One attempt to link, from one side. */
export interface Attempt {
  /** Takes what the other end's `signal` brought. It may be anything. */
  signal(from: PeerId, bytes: Uint8Array): void
  /** Gives up; a link that is open already is left to whom it was given. */
  cancel(): void
}

/** Makes the links of a node. */
export interface TreeLinks {
  /** The largest frame, bytes. */
  readonly maxFrameBytes: number
  /**
   * Begins a link to whoever takes the offer, which may be empty for a kind of link that has to
   * know the other end first.
   */
  offer(listener: AttemptListener): Attempt
  /** Answers an offer, or an empty one by offering in turn. */
  accept(from: PeerId, offer: Uint8Array, listener: AttemptListener): Attempt
}
