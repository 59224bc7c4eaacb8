/**
 * Why a node did not get what it asked for:
 * - `TREE_TIMEOUT`: nobody took it within `requestTimeoutMs`
 * - `TREE_REFUSED`: its ticket is not valid
 * - `TREE_TAKEN`: the tree has a root already, which is not this node
 * - `TREE_CLOSED`: the node, or the channel, was closed
 * - `TREE_LINK`: a link broke
 */
export type TreeErrorCode =
  | 'TREE_TIMEOUT'
  | 'TREE_REFUSED'
  | 'TREE_TAKEN'
  | 'TREE_CLOSED'
  | 'TREE_LINK'

/** Something a node of a tree was to do came to nothing. */
export class TreeError extends Error {
  override readonly name = 'TreeError'
  readonly code: TreeErrorCode

  constructor(code: TreeErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
