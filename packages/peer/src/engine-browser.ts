import type { RtcEngine } from '@pigeon/webrtc'
import { browserEngine } from '@pigeon/webrtc/browser'

/** WebRTC for this runtime. */
export function createEngine(): RtcEngine {
  return browserEngine()
}

/**
 * Calls `leave` when the page is about to be gone. Without the goodbye that follows, the other
 * side of a link would notice only after its silence.
 */
export function onLeave(leave: () => void): () => void {
  // A worker has no pages to lose.
  if (typeof addEventListener !== 'function') return () => {}
  const hidden = (event: Event) => {
    // A persisted page may come back, and its links mend themselves then.
    if (!(event as PageTransitionEvent).persisted) leave()
  }
  addEventListener('pagehide', hidden)
  return () => removeEventListener('pagehide', hidden)
}
