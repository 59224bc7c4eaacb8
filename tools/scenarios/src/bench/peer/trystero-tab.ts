// One peer of Trystero's core in a tab, with the relay of the bench.
import { createTopicStrategy, selfId } from '@trystero-p2p/core'
import { serveTab } from '../mesh/tab.ts'
import type { LinkUp, TabApi } from './tab-api.ts'

type Listener = (topic: string, message: unknown, reply: Publish) => void
type Publish = (topic: string, message: unknown) => void

let send: (text: string, to?: string) => void = () => {}
const links: LinkUp[] = []
const heard: string[] = []

function connect(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address)
  return new Promise((resolve) => socket.addEventListener('open', () => resolve(socket)))
}

serveTab<TabApi>({
  join(address) {
    const at = Date.now()
    const listeners = new Map<string, Listener>()
    const joinRoom = createTopicStrategy({
      async init() {
        const socket = await connect(address)
        socket.addEventListener('message', ({ data }) => {
          const { topic, message } = JSON.parse(String(data)) as { topic: string; message: unknown }
          listeners.get(topic)?.(topic, message, publishTo(socket))
        })
        return socket
      },
      subscribeTopic(socket: WebSocket, topic: string, listener: Listener) {
        listeners.set(topic, listener)
        socket.send(JSON.stringify({ topic }))
        return () => listeners.delete(topic)
      },
      publishTopic(socket: WebSocket, topic: string, message: unknown) {
        publishTo(socket)(topic, message)
      },
    })
    const room = joinRoom({ appId: 'bench', rtcConfig: { iceServers: [] } }, 'bench')
    const action = room.makeAction('text')
    action.onMessage = (text: string, { peerId }) => heard.push(`${peerId} ${text}`)
    room.onPeerJoin = (peer) => void links.push({ peer, at: Date.now() })
    send = (text, to) => void action.send(text, to === undefined ? {} : { target: to })
    return at
  },
  id: () => Promise.resolve(selfId),
  links: () => links,
  broadcast: (text) => send(text),
  direct(peer, text) {
    if (!links.some((link) => link.peer === peer)) return false
    send(text, peer)
    return true
  },
  heard: () => heard,
})

function publishTo(socket: WebSocket): Publish {
  return (topic, message) => socket.send(JSON.stringify({ topic, message }))
}
