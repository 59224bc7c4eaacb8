/**
 * The names and shapes of webrtc-tree-overlay and webrtc-bootstrap, over this package's tree.
 * @module
 */
export { GenetChannel, type GenetChannelEvents } from './channel.ts'
export { Client, type ClientOptions } from './client.ts'
export { type GenetEvents, type GenetOptions, Node } from './node.ts'
