// A node of a tree over real links, in a browser's tab.
import { serveTab } from '../bench/mesh/tab.ts'
import { treePeer } from './webrtc-peer.ts'

serveTab(treePeer())
