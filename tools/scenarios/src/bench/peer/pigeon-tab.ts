// One peer of ours in a tab.
import { PigeonMesh } from '@pigeon/peer'
import { serveTab } from '../mesh/tab.ts'
import type { LinkUp, TabApi } from './tab-api.ts'

let mesh: PigeonMesh | undefined
let connected: Promise<void> | undefined
const links: LinkUp[] = []
const heard: string[] = []

serveTab<TabApi>({
  join(address) {
    const at = Date.now()
    mesh = new PigeonMesh('bench', { hubs: [address] })
    mesh.on('peerConnected', ({ peerId }) => links.push({ peer: peerId, at: Date.now() }))
    mesh.on('messageReceived', ({ from, content }) => heard.push(`${from} ${String(content)}`))
    connected = mesh.connect()
    return at
  },
  async id() {
    await connected
    return mesh?.peerId ?? ''
  },
  links: () => links,
  broadcast: (text) => void mesh?.sendMessage(text),
  direct(peer, text) {
    mesh?.sendDirectMessage(peer, text)
    return true
  },
  heard: () => heard,
})
