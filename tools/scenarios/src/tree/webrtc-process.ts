// A node of a tree over real links, in a process of its own.
import { serve } from '../bench/mesh/serve.ts'
import { treePeer } from './webrtc-peer.ts'

serve(treePeer())
