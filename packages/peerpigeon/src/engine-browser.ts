import type { RtcEngine } from '@pigeon/webrtc'
import { browserEngine } from '@pigeon/webrtc/browser'

/** WebRTC for this runtime. */
export function createEngine(): RtcEngine {
  return browserEngine()
}
