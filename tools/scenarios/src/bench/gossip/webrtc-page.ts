// A peer of the bench over real links, in a browser's tab.
import { serveTab } from '../mesh/tab.ts'
import { webRtcPeer } from './webrtc-peer.ts'

serveTab(webRtcPeer())
