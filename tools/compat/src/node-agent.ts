import type { Agent } from './agent.ts'
import { PeerPigeonProcess } from './child.ts'

/** A peer of npm `peerpigeon` in a Node process of its own. */
export function nodeAgent(): Agent {
  const child = new PeerPigeonProcess('peer')
  let id = ''
  return {
    id: () => id,
    async join(url, network, wanted) {
      id = await child.call('join', url, network, wanted)
    },
    links: () => child.call('links'),
    received: () => child.call('received'),
    broadcast: (text) => child.call('broadcast', text),
    direct: (to, text) => child.call('direct', to, text),
    end: async () => child.end(),
  }
}
