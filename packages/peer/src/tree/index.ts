/**
 * Trees of the peers of a mesh: a thousand join in a moment, and no server is in it.
 * @module
 */
export { TreeError, type TreeErrorCode, type TreeNode } from '@pigeon/tree-overlay'
export { treeEntry } from '@pigeon/tree-overlay/bootstrap'
export { type JoinTreeOptions, joinTree } from './join-tree.ts'
