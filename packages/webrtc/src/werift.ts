/**
 * WebRTC for Node over werift, a WebRTC written in JavaScript.
 * @module
 */
import type { RtcEngine } from './engine.ts'
import { WeriftPeer } from './werift-peer.ts'

/** WebRTC for Node. Needs the package `werift`, 0.25. */
export function weriftEngine(): RtcEngine {
  return {
    name: 'werift',
    // More in flight, and werift's own queue costs quadratic time and its congestion control
    // may collapse.
    traits: { windowBytes: 128 * 1024, bufferBytes: 64 * 1024, rollback: false },
    create: (config) => new WeriftPeer(config),
  }
}
