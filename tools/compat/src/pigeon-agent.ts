import { PigeonMesh } from '@pigeon/peer'
import type { Agent } from './agent.ts'

/** A peer of ours in this process, beside others. */
export function pigeonAgent(): Agent {
  const received: string[] = []
  let joined: PigeonMesh | undefined
  const mesh = (): PigeonMesh => {
    if (joined === undefined) throw new Error('not joined yet')
    return joined
  }
  return {
    id: () => mesh().peerId,
    async join(url, network) {
      joined = new PigeonMesh(network, { hubs: [url] })
      joined.on('messageReceived', ({ content }) => received.push(String(content)))
      await joined.connect()
    },
    links: async () => [...mesh().peers],
    received: async () => received,
    broadcast: async (text) => void mesh().sendMessage(text),
    direct: async (to, text) => void mesh().sendDirectMessage(to, text),
    end: async () => void (await mesh().close()),
  }
}
