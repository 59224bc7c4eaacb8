/**
 * WebRTC for Node over node-datachannel, a native library: faster than werift, on fewer platforms,
 * and without media.
 * @module
 */
import type { RtcEngine } from './engine.ts'
import { NodeDataChannelPeer } from './node-datachannel-peer.ts'

/** WebRTC for Node. Needs the package `node-datachannel`, 0.33. */
export function nodeDataChannelEngine(): RtcEngine {
  return {
    name: 'node-datachannel',
    // It cannot restart ICE.
    traits: { windowBytes: 256 * 1024, bufferBytes: 128 * 1024, iceRestart: false },
    create: ({ iceServers, iceTransportPolicy = 'all' }) =>
      new NodeDataChannelPeer({ iceServers, iceTransportPolicy }),
  }
}
