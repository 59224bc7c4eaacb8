import type { SendResult, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** What happens on a {@link VolunteerChannel}. */
export interface VolunteerChannelEvents {
  data: (data: Uint8Array) => void
  /** It was `congested` and takes data again. */
  drain: () => void
}

/** The way to a neighbour in the tree: a `Channel` of `@pigeon/tree-overlay` is one. */
export interface VolunteerChannel {
  /** The node at the other end. */
  readonly peer: PeerId
  /** Sends in order and whole, or the channel closes. */
  send(data: Uint8Array): SendResult
  destroy(): void
  on<E extends keyof VolunteerChannelEvents>(
    event: E,
    listener: VolunteerChannelEvents[E],
  ): Unsubscribe
}

/** What happens on a {@link VolunteerTree}. */
export interface VolunteerTreeEvents {
  'parent-connect': (channel: VolunteerChannel) => void
  'parent-close': (channel: VolunteerChannel) => void
  'child-connect': (channel: VolunteerChannel) => void
  'child-close': (channel: VolunteerChannel) => void
}

/** All that is seen of the tree: a `TreeNode` of `@pigeon/tree-overlay` is one. */
export interface VolunteerTree {
  /** The id of this node. */
  readonly id: PeerId
  readonly parent: VolunteerChannel | null
  readonly children: ReadonlyMap<PeerId, VolunteerChannel>
  on<E extends keyof VolunteerTreeEvents>(event: E, listener: VolunteerTreeEvents[E]): Unsubscribe
}
