// A peer of the bench over real links, in a browser's tab.
import { webRtcPeer } from './webrtc-peer.ts'

Object.assign(globalThis, { bench: webRtcPeer() })
