/**
 * WebRTC for a dedicated worker, whose page makes the connections: see `hostPeers` of
 * `@pigeon/webrtc/worker-host`. Data channels move into the worker, so that frames never pass the
 * page.
 * @module
 */
import type { RtcEngine } from './engine.ts'
import { messageIn, type Port, post, type ToWorker } from './worker-messages.ts'
import { WorkerPeer } from './worker-peer.ts'

export type { Port } from './worker-messages.ts'

/**
 * The page's WebRTC, for a worker of a browser that can move data channels: Chromium 130, Safari.
 * @param port the page, which is `self` in a worker, or a `MessagePort`
 * @example
 * const mesh = await joinMesh('demo', { hubs, engine: workerEngine(self) })
 */
export function workerEngine(port: Port): RtcEngine {
  const peers = new Map<number, WorkerPeer>()
  let count = 0
  port.addEventListener('message', ({ data }) => {
    const message = messageIn<ToWorker>(data)
    if (message !== undefined) peers.get(message.peer)?.receive(message)
  })
  port.start?.()
  return {
    name: 'worker',
    traits: { windowBytes: 256 * 1024, bufferBytes: 128 * 1024, iceRestart: true },
    create({ iceServers, iceTransportPolicy = 'all' }) {
      const number = ++count
      const peer = new WorkerPeer(
        number,
        (message) => post(port, message),
        () => peers.delete(number),
      )
      peers.set(number, peer)
      post(port, {
        kind: 'create',
        peer: number,
        config: { iceServers: [...iceServers], iceTransportPolicy },
      })
      return peer
    },
  }
}
