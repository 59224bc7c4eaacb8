import type { Channel } from './channel.ts'
import type { TreeError } from './errors.ts'

/** What is below a node, itself included. */
export interface Summary {
  readonly nodes: number
  /** Nodes without children. */
  readonly leaves: number
  /** Links to the farthest leaf. */
  readonly height: number
}

/** What happens on a `TreeNode`. */
export interface TreeEvents {
  /** Data of a neighbour; `isParent` says from above or below. */
  data: (data: Uint8Array, channel: Channel, isParent: boolean) => void
  /** This node has a parent to talk to. */
  'parent-connect': (channel: Channel) => void
  /** It has not any more; unless this node closes, it looks for another by itself. */
  'parent-close': (channel: Channel) => void
  'parent-error': (channel: Channel, error: TreeError) => void
  'child-connect': (channel: Channel) => void
  'child-close': (channel: Channel) => void
  'child-error': (channel: Channel, error: TreeError) => void
  /** This node is root. */
  root: () => void
  /** It is not any more: somebody else is, and it has joined or will join that one's tree. */
  deposed: () => void
  /** A broadcast of a root. */
  broadcast: (payload: Uint8Array) => void
  /** What is below changed, as far as is known here. */
  summary: (summary: Summary) => void
  /** It takes part no more. */
  close: () => void
}
