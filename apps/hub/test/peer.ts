import { once } from 'node:events'
import { decodeHubMessage, encodeClientMessage, SUBPROTOCOL } from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'
import { WebSocket } from 'ws'

/** A peer that does what it is told. */
export class Peer {
  readonly socket: WebSocket
  readonly id: PeerId
  goAway: object | undefined
  relayed = 0

  constructor(port: number, id: PeerId) {
    this.id = id
    this.socket = new WebSocket(`ws://127.0.0.1:${port}`, SUBPROTOCOL)
    this.socket.on('message', (bytes: Buffer) => {
      const decoded = decodeHubMessage(bytes)
      if (!decoded.ok) return
      if (decoded.message.type === 'goaway') this.goAway = decoded.message
      if (decoded.message.type === 'relay') this.relayed++
    })
  }

  static async join(port: number, id: string): Promise<Peer> {
    const peer = new Peer(port, id as PeerId)
    await once(peer.socket, 'open')
    const hello = { type: 'hello', versions: [2, 3], peerId: peer.id, network: 'net' } as const
    peer.socket.send(encodeClientMessage(hello))
    await once(peer.socket, 'message')
    return peer
  }
}
