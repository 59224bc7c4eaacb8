import { PeerPigeonMesh } from '@pigeon/peerpigeon'
import type { Agent } from './agent.ts'

/** A peer of ours that speaks as PeerPigeon does, in this process. */
export function wireAgent(): Agent {
  const received: string[] = []
  let joined: PeerPigeonMesh | undefined
  const mesh = (): PeerPigeonMesh => {
    if (joined === undefined) throw new Error('not joined yet')
    return joined
  }
  return {
    isOurs: true,
    id: () => mesh().peerId as string,
    async join(url, networkName, peerId) {
      joined = new PeerPigeonMesh({ networkName, peerId, wire: 'peerpigeon-1' })
      joined.on('messageReceived', ({ content }) => received.push(String(content)))
      await joined.connect(url)
    },
    links: async () => mesh().getPeers(),
    received: async () => received,
    broadcast: async (text) => void mesh().sendMessage(text),
    direct: async (to, text) => void mesh().sendDirectMessage(to, text),
    end: async () => void (await joined?.disconnect()),
  }
}
