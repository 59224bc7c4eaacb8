/**
 * WebRTC for Node over werift, a WebRTC written in JavaScript.
 * @module
 */
import type { RtcEngine } from './engine.ts'
import { type WeriftOptions, weriftSettings } from './werift-options.ts'
import { WeriftPeer } from './werift-peer.ts'

export type { WeriftOptions } from './werift-options.ts'

/**
 * WebRTC for Node. Needs the package `werift`, 0.25.
 * @throws RangeError if an option is outside of its bounds
 */
export function weriftEngine(options: WeriftOptions = {}): RtcEngine {
  const settings = weriftSettings(options)
  return {
    name: 'werift',
    // More waiting in werift costs time that grows with its square. After a restart of ICE both
    // sides say they are connected, and nothing arrives any more.
    traits: { windowBytes: 128 * 1024, bufferBytes: 64 * 1024, iceRestart: false },
    create: (config) => new WeriftPeer(config, settings),
  }
}
