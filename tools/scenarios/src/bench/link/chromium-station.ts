// What runs in a page of the bench: our links, the browser's own channels, and other libraries.
import { browserEngine } from '@pigeon/webrtc/browser'
import { serveTab } from '../mesh/tab.ts'
import { simplePeer, trystero } from './other-ends.ts'
import { ourKind } from './our-end.ts'
import { rawKind } from './raw-end.ts'
import { station } from './station.ts'

const engine = browserEngine()
const raw = rawKind(engine, { windowBytes: 256 * 1024, maxMessageBytes: 256 * 1024 })

serveTab(station({ ours: ourKind(engine), raw, 'simple-peer': simplePeer, trystero }))
