// A peer of the file bench, in a page.
import { serveTab } from '../mesh/tab.ts'
import { filePeer } from './file-peer.ts'

serveTab(filePeer())
