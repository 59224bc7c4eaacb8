import { once } from 'node:events'
import { systemRandom } from '@pigeon/transport/system'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { WebSocket } from 'ws'
import { cleanups } from './server-harness.ts'

/** A message as PeerPigeon's client reads it. */
export interface V1Message {
  readonly type: string
  readonly [field: string]: unknown
}

/** A client that connects and talks as npm `peerpigeon` 1.1.3 does. */
export class V1Client {
  readonly id: PeerId
  readonly socket: WebSocket
  readonly received: V1Message[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  network = 'global'

  constructor(url: string, id: PeerId = randomPeerId(systemRandom), query = `peerId=${id}`) {
    this.id = id
    this.socket = new WebSocket(`${url}${url.includes('?') ? '&' : '?'}${query}`)
    this.socket.on('error', () => {})
    this.socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) throw new Error('PeerPigeon does not read binary messages')
      this.received.push(JSON.parse(data.toString()))
    })
    this.closed = once(this.socket, 'close').then(([code, reason]) => ({
      code: code as number,
      reason: String(reason),
    }))
    cleanups.push(() => this.socket.terminate())
  }

  /** Opens the connection and announces itself, as its SignalingClient does. */
  async join(networkName = 'global'): Promise<this> {
    await once(this.socket, 'open')
    this.announce(networkName)
    await this.settle()
    return this
  }

  announce(networkName: string, data: object = { peerId: this.id }): void {
    this.network = networkName
    this.send({ type: 'announce', data, maxPeers: 3, networkName })
  }

  /** A message to another peer. */
  signal(type: string, data: unknown, targetPeerId: PeerId): void {
    this.send({ type, data, maxPeers: 3, networkName: this.network, targetPeerId })
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  /** Waits until the hub has answered everything sent so far. */
  async settle(): Promise<void> {
    const pongs = this.all('pong').length
    this.send({ type: 'ping' })
    while (this.all('pong').length === pongs) await once(this.socket, 'message')
  }

  all(type: string): V1Message[] {
    return this.received.filter((message) => message.type === type)
  }

  /** Ids it was told of. */
  get discovered(): string[] {
    return this.all('peer-discovered').map(({ data }) => (data as { peerId: string }).peerId)
  }
}
