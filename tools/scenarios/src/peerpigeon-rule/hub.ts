import type { SimulatedSocket } from '@pigeon/simulator'
import type { PeerId } from '@pigeon/xor'
import { decode, encode, type ToHub } from './hub-messages.ts'

/**
 * The server of PeerPigeon 1.1.3 with one network: it tells everyone of everyone, passes signals
 * on, and tells everyone twice of who is gone.
 */
export class PeerPigeonHub {
  /** In the order they announced themselves, which is the order newcomers hear of them. */
  readonly #sockets = new Map<PeerId, SimulatedSocket>()

  /** Takes a new connection. */
  accept(socket: SimulatedSocket): void {
    let self: PeerId | undefined
    socket.on('message', (bytes) => {
      const message = decode<ToHub>(bytes)
      if (message.type === 'announce') self = message.peerId
      if (self !== undefined) this.#heard(self, socket, message)
    })
    socket.on('close', () => {
      if (self !== undefined) this.#gone(self, socket)
    })
    socket.send(encode({ type: 'connected' }))
  }

  #heard(from: PeerId, socket: SimulatedSocket, message: ToHub): void {
    if (message.type === 'announce') this.#announced(from, socket)
    else if (message.type === 'signal') {
      const { to, signal } = message
      this.#sockets.get(to)?.send(encode({ type: 'signal', from, signal }))
    } else socket.send(encode({ type: 'error' }))
  }

  #announced(from: PeerId, socket: SimulatedSocket): void {
    this.#sockets.delete(from)
    const newcomer = encode({ type: 'peer-discovered', peerId: from })
    for (const other of this.#sockets.values()) other.send(newcomer)
    for (const peerId of this.#sockets.keys()) {
      socket.send(encode({ type: 'peer-discovered', peerId }))
    }
    this.#sockets.set(from, socket)
  }

  #gone(peerId: PeerId, socket: SimulatedSocket): void {
    if (this.#sockets.get(peerId) !== socket) return
    this.#sockets.delete(peerId)
    const news = encode({ type: 'peer-disconnected', peerId })
    for (const other of this.#sockets.values()) {
      other.send(news)
      other.send(news)
    }
  }
}
