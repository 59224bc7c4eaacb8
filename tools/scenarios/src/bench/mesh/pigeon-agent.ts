import { joinMesh, type PigeonMesh } from '@pigeon/peer'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type RtcEngine, WebRtcLinks } from '@pigeon/webrtc'
import { weriftEngine } from '@pigeon/webrtc/werift'
import type { MakeAgent } from './agent.ts'

/** A peer of ours as `joinMesh` makes it; the engine is the default one, and counts. */
export const makePigeon: MakeAgent = async ({ hub, maxPeers, onMessage, onFailure }) => {
  const werift = weriftEngine()
  let connections = 0
  const engine: RtcEngine = {
    ...werift,
    create(config) {
      connections++
      return werift.create(config)
    },
  }
  const links = new WebRtcLinks({ engine, clock: systemClock, random: systemRandom })
  let joined: PigeonMesh | undefined
  const mesh = (): PigeonMesh => {
    if (joined === undefined) throw new Error('not joined yet')
    return joined
  }
  return {
    get id() {
      return joined?.peerId
    },
    get links() {
      return joined === undefined ? [] : [...joined.peers]
    },
    get connections() {
      return connections
    },
    async join() {
      joined = await joinMesh('bench', { hubs: [hub], maxPeers, links })
      joined.on('messageReceived', ({ content }) => onMessage(String(content)))
      joined.on('messageFailed', ({ code }) => onFailure(code))
    },
    broadcast: (text) => void mesh().sendMessage(text),
    direct: (to, text) => void mesh().sendDirectMessage(to, text),
  }
}
