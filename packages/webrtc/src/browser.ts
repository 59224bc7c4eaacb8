/**
 * The WebRTC engine of the browser.
 * @module
 */
import type { RtcEngine } from './engine.ts'

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
    create: ({ iceServers }) => new RTCPeerConnection({ iceServers: [...iceServers] }),
  }
}
