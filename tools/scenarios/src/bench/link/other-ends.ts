// Other libraries, bundled for the page from `tools/peers/simple-peer`.
import Peer from '@thaunknown/simple-peer/lite.js'
import { createTopicStrategy } from '@trystero-p2p/core'
import type { EndKind } from './end.ts'

/** simple-peer with its own stream and its own window of 64 KiB. */
export const simplePeer: EndKind = {
  name: 'simple-peer',
  maxMessageBytes: 64 * 1024,
  create(dial, signalled) {
    const peer = new Peer({ initiator: dial, trickle: true, config: { iceServers: [] } })
    peer.on('signal', signalled)
    peer.on('error', () => {})
    let isFull = false
    let waiting: (() => void) | undefined
    peer.on('drain', () => {
      isFull = false
      waiting?.()
      waiting = undefined
    })
    return {
      opened: new Promise((resolve) => peer.on('connect', () => resolve(undefined))),
      send(message) {
        if (isFull) return false
        isFull = peer.write(message) === false
        return true
      },
      drained(run) {
        if (isFull) waiting = run
        else run()
      },
      received: (listener) => void peer.on('data', listener),
      signal: (signal) => peer.signal(signal),
      close: async () => void peer.destroy(),
    }
  },
}

type Subscriber = (topic: string, message: unknown, signalPeer: Publish) => void
type Publish = (topic: string, message: unknown) => void

/** The core of Trystero, with the mailbox of the bench for a relay. */
export const trystero: EndKind = {
  name: 'Trystero core',
  maxMessageBytes: 1024 * 1024,
  create(_dial, signalled) {
    const subscribers = new Map<string, Subscriber>()
    const publish: Publish = (topic, message) => signalled({ topic, message })
    const joinRoom = createTopicStrategy({
      init: () => ({}),
      subscribeTopic: (_relay: unknown, topic: string, listener: Subscriber) => {
        subscribers.set(topic, listener)
        return () => subscribers.delete(topic)
      },
      publishTopic: (_relay: unknown, topic: string, message: unknown) => publish(topic, message),
    })
    const room = joinRoom({ appId: 'bench', rtcConfig: { iceServers: [] } }, 'bench')
    const action = room.makeAction('bytes')
    const opened = new Promise((resolve) => {
      room.onPeerJoin = resolve
    })
    return {
      opened,
      async send(message) {
        await action.send(message)
        return true
      },
      drained: (run) => run(),
      received(listener) {
        action.onMessage = (data: ArrayBuffer | Uint8Array) => listener(new Uint8Array(data))
      },
      signal(signal) {
        const { topic, message } = signal as { topic: string; message: unknown }
        subscribers.get(topic)?.(topic, message, publish)
      },
      close: () => room.leave(),
    }
  },
}
