import type { RtcEngine } from '@pigeon/webrtc'
import { weriftEngine } from '@pigeon/webrtc/werift'

/** WebRTC for this runtime. */
export function createEngine(): RtcEngine {
  return weriftEngine()
}

/** Calls `leave` when the page is about to be gone: never in Node, where the program decides. */
export function onLeave(_leave: () => void): () => void {
  return () => {}
}
