// A peer of the bench over real links, in a process of its own.
import { serve } from '../mesh/serve.ts'
import { webRtcPeer } from './webrtc-peer.ts'

serve(webRtcPeer())
