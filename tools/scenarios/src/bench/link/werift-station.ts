// What runs in a process of the bench: our links and werift's own channels.
import dns from 'node:dns'
import { isIP } from 'node:net'
import { weriftEngine } from '@pigeon/webrtc/werift'
import { collectGarbage } from '../collect-garbage.ts'
import { serve } from '../mesh/serve.ts'
import { ourKind } from './our-end.ts'
import { rawKind } from './raw-end.ts'
import { station } from './station.ts'

let lookups = 0
const { lookup } = dns
dns.lookup = Object.assign((...args: Parameters<typeof lookup>) => {
  // Node's UDP sockets come here with addresses as well.
  if (isIP(args[0]) === 0) lookups++
  return lookup(...args)
}, lookup) as typeof lookup

const engine = weriftEngine()
const raw = rawKind(engine, { windowBytes: 128 * 1024, maxMessageBytes: 64 * 1024 })

serve({
  ...station({ ours: ourKind(engine), raw }),
  lookups: () => lookups,
  /** What is held, bytes. */
  held: () => {
    collectGarbage()
    collectGarbage()
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    return heapUsed + external + arrayBuffers
  },
})
