/**
 * A tree on its own: nodes that find each other through a bare hub and link by WebRTC.
 * @module
 */
export type { TreeNode } from '../tree-node.ts'
export { type ConnectTreeOptions, connectTree } from './connect-tree.ts'
export { HubBootstrap, type HubBootstrapOptions } from './hub-bootstrap.ts'
export { type RootKey, rootKeyOf, signAsRoot, treeEntry, verifyRoot } from './root-key.ts'
