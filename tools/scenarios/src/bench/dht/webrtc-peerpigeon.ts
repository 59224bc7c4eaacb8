// A peer of npm `peerpigeon`, in a process of its own, with its defaults but for the number of links.
import { makePeerPigeon } from '../mesh/peerpigeon-agent.ts'
import { serve } from '../mesh/serve.ts'
import type { WebRtcCommands } from './webrtc-peer.ts'

/** As many links as ours make. */
const MAX_PEERS = 8

let agent: Awaited<ReturnType<typeof makePeerPigeon>> | undefined

const commands: WebRtcCommands = {
  async join(hub) {
    agent = await makePeerPigeon({ hub, maxPeers: MAX_PEERS, onMessage: () => {} })
    await agent.join()
  },
  links: () => agent?.links.length ?? 0,
  async put(name, value) {
    const from = performance.now()
    const stored = await agent?.mesh.dhtPut(name, value).catch(() => false)
    return stored === true ? performance.now() - from : -1
  },
  async get(name) {
    const from = performance.now()
    const value = await agent?.mesh.dhtGet(name).catch(() => null)
    return { value, ms: performance.now() - from }
  },
}

serve(commands)
