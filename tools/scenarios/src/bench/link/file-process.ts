// A peer of the file bench, in a process.
import { collectGarbage } from '../collect-garbage.ts'
import { serve } from '../mesh/serve.ts'
import { filePeer } from './file-peer.ts'

serve({
  ...filePeer(),
  held: () => {
    collectGarbage()
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    return heapUsed + external + arrayBuffers
  },
})
