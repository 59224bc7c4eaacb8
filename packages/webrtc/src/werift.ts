/**
 * WebRTC for Node over werift, a WebRTC written in JavaScript.
 * @module
 */
import type { RtcEngine } from './engine.ts'
import { WeriftPeer } from './werift-peer.ts'

/** Options of {@link weriftEngine}. */
export interface WeriftOptions {
  /**
   * Bytes the other side may have on the way to this one, 64 KiB to 1 MiB. Default 96 KiB, as much
   * as the usual socket buffer of Linux (208 KiB with the kernel's own data) holds while Node is
   * busy; with more, werift's bursts get lost and its congestion control may collapse. It limits a
   * link to this many bytes each round trip: 2 MB/s at 50 ms.
   */
  receiveWindowBytes?: number
}

/**
 * WebRTC for Node. Needs the package `werift`, 0.25.
 * @throws RangeError if an option is outside of its bounds
 */
export function weriftEngine(options: WeriftOptions = {}): RtcEngine {
  const bytes = options.receiveWindowBytes ?? 96 * 1024
  if (!(bytes >= 64 * 1024 && bytes <= 1024 * 1024)) {
    throw new RangeError(`receiveWindowBytes is a number from 65536 to 1048576, got ${bytes}`)
  }
  return {
    name: 'werift',
    // More waiting in werift costs time that grows with its square. After a restart of ICE both
    // sides say they are connected, and nothing arrives any more.
    traits: { windowBytes: 128 * 1024, bufferBytes: 64 * 1024, iceRestart: false },
    create: (config) => new WeriftPeer(config, bytes),
  }
}
