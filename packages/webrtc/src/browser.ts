/**
 * The WebRTC engine of the browser.
 * @module
 */
import type { RtcEngine } from './engine.ts'

/**
 * Far more than an engine lets pile up before it collects garbage, bytes. Nobody touches them, so
 * they take next to no memory.
 */
const PROVOCATION_BYTES = 128 * 1024 * 1024

/**
 * Chromium makes 500 connections a page and counts closed ones until they are collected, which in a
 * page that does little may be never. There is no way to ask for a collection but to need memory.
 */
function provokeCollection(): void {
  try {
    new ArrayBuffer(PROVOCATION_BYTES)
  } catch {
    // No room for so much: then a collection has just been tried.
  }
}

/**
 * The browser's own WebRTC.
 * @throws Error if there is no `RTCPeerConnection`, as in workers and in Node
 */
export function browserEngine(): RtcEngine {
  if (typeof globalThis.RTCPeerConnection !== 'function') {
    throw new Error(
      'no RTCPeerConnection here: browsers offer it to pages only, not to workers; in Node use weriftEngine of @pigeon/webrtc/werift',
    )
  }
  return {
    name: 'browser',
    traits: { windowBytes: 256 * 1024, bufferBytes: 128 * 1024, iceRestart: true },
    create: ({ iceServers, iceTransportPolicy = 'all' }) => {
      try {
        return new RTCPeerConnection({ iceServers: [...iceServers], iceTransportPolicy })
      } catch (error) {
        provokeCollection()
        throw error
      }
    },
  }
}
