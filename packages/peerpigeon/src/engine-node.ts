import type { RtcEngine } from '@pigeon/webrtc'
import { weriftEngine } from '@pigeon/webrtc/werift'

/** WebRTC for this runtime. */
export function createEngine(): RtcEngine {
  return weriftEngine()
}
