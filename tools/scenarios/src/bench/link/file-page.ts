// A peer of the file bench, in a page.
import { filePeer } from './file-peer.ts'

Object.assign(globalThis, { bench: filePeer() })
