/**
 * A fat tree: nodes join in a moment, and it mends itself when they go.
 * @module
 */
export type { Bootstrap, BootstrapEvents, Reign } from './bootstrap.ts'
export { Channel, type ChannelEvents } from './channel.ts'
export { TreeError, type TreeErrorCode } from './errors.ts'
export type { Summary, TreeEvents } from './events.ts'
export { FactoryLinks, type FactoryLinksOptions } from './factory-links.ts'
export type { Limits, Placement, TreeOptions } from './options.ts'
export type { Reducer, Reduction } from './reductions.ts'
export type { Stream } from './stream.ts'
export type { Attempt, AttemptListener, TreeLink, TreeLinks } from './tree-links.ts'
export { type Done, TreeNode } from './tree-node.ts'
export type { TreeStats } from './tree-stats.ts'
