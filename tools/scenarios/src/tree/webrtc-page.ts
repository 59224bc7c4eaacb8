// A node of a tree over real links, in a browser's tab.
import { treePeer } from './webrtc-peer.ts'

Object.assign(globalThis, { bench: treePeer() })
