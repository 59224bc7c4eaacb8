import type { Agent } from './agent.ts'
import { PeerPigeonProcess } from './child.ts'

/** A peer of npm `peerpigeon` in a Node process of its own. */
export function nodeAgent(): Agent {
  const child = new PeerPigeonProcess('peer')
  return {
    join: (url, network, id) => child.call('join', url, network, id),
    links: () => child.call('links'),
    received: () => child.call('received'),
    broadcast: (text) => child.call('broadcast', text),
    direct: (to, text) => child.call('direct', to, text),
    end: async () => child.end(),
  }
}
