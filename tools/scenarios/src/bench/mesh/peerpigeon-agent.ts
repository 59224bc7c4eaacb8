import type { Agent, AgentOptions } from './agent.ts'
import { loadPeerPigeon, type PeerPigeonMesh } from './peerpigeon.ts'

/**
 * A peer of npm `peerpigeon` with its defaults, but for two things: the public STUN servers it
 * would ask are left out, since nothing here leaves the machine, and connections are counted. Its
 * modules and keys are ready before it joins.
 */
export async function makePeerPigeon({
  hub,
  maxPeers,
  onMessage,
}: Omit<AgentOptions, 'onFailure'>): Promise<Agent & { readonly mesh: PeerPigeonMesh }> {
  const { PeerPigeonMesh, environmentDetector } = await loadPeerPigeon()
  const mesh = new PeerPigeonMesh({ networkName: 'bench', maxPeers })
  await mesh.init()
  let connections = 0
  const rtc = environmentDetector.getPigeonRTC()
  const create = rtc.createPeerConnection.bind(rtc)
  rtc.createPeerConnection = (config) => {
    connections++
    return create({ ...config, iceServers: [] })
  }
  mesh.addEventListener('messageReceived', ({ from, content }) => {
    if (from !== mesh.peerId) onMessage(String(content))
  })
  return {
    mesh,
    id: mesh.peerId,
    get links() {
      // What its own broadcast goes by; its events do not tell when it is evicted.
      const peers = [...mesh.connectionManager.peers]
      return peers.flatMap(([id, peer]) => (peer.dataChannel?.readyState === 'open' ? [id] : []))
    },
    get connections() {
      return connections
    },
    join: () => mesh.connect(hub),
    broadcast: (text) => void mesh.sendMessage(text),
    direct: (to, text) => void mesh.sendDirectMessage(to, text),
  }
}
