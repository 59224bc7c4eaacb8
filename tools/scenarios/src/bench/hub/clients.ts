import { once } from 'node:events'
import { peerIdFromKey, type SigningKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import {
  audienceOf,
  decodeHubMessage,
  encodeClientMessage,
  encodeRelay,
  hubProofBytes,
  SUBPROTOCOL,
} from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'
import { WebSocket } from 'ws'
import { idOf, type System } from './systems.ts'

/** Bytes of one offer as it goes to the server. */
const OFFER_BYTES = 2047

/** Connections that are opened at once. */
const ABREAST = 50

const V1_IDLE = { type: 'announce', maxPeers: 3 }

/** Client ends of a server, as thin as can be. */
export class Clients {
  readonly sockets: WebSocket[] = []
  readonly ids: PeerId[] = []
  /** Messages that came. */
  received = 0
  /** Called for each. */
  onMessage: () => void = () => {}
  readonly #system: System
  readonly #url: string

  constructor(system: System, url: string) {
    this.#system = system
    this.#url = url
  }

  /** Opens so many connections. @param networks that they are spread over */
  async open(count: number, networks: number, prove = false): Promise<void> {
    const first = this.sockets.length
    for (let at = first; at < first + count; at += ABREAST) {
      const size = Math.min(ABREAST, first + count - at)
      await Promise.all(
        Array.from({ length: size }, (_, add) => this.#open(at + add, networks, prove)),
      )
    }
  }

  /** Sends an offer from one to another. */
  offer(from: number, to: number): void {
    const socket = this.sockets[from] as WebSocket
    socket.send(this.#offerTo(this.ids[to] as PeerId))
  }

  ping(index: number): void {
    this.sockets[index]?.send(encodeClientMessage({ type: 'ping' }))
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate()
  }

  async #open(index: number, networks: number, prove: boolean): Promise<void> {
    const key = prove ? systemCrypto.signingKey(seedOf(index)) : undefined
    const signing = (await key) as SigningKey | undefined
    const id = signing === undefined ? idOf(index) : peerIdFromKey(signing.publicKey)
    const socket = this.#connect(id)
    this.sockets[index] = socket
    this.ids[index] = id
    socket.on('error', () => {})
    const opened = once(socket, 'open')
    const welcomed = once(socket, 'message')
    await opened
    const network = networks > 1 ? `net ${index % networks}` : 'net'
    if (this.#system === 'v2') await this.#hello(socket, id, network, signing)
    else if (this.#system === 'v1' || this.#system === 'peerpigeon') {
      const announce = { ...V1_IDLE, data: { peerId: id }, networkName: network }
      socket.send(JSON.stringify(announce))
      await welcomed
    } else if (this.#system === 'peerjs') await welcomed
    socket.on('message', () => {
      this.received++
      this.onMessage()
    })
  }

  #connect(id: PeerId): WebSocket {
    const options = { perMessageDeflate: false }
    switch (this.#system) {
      case 'v2':
        return new WebSocket(this.#url, SUBPROTOCOL, options)
      case 'ws':
      case 'splice':
        return new WebSocket(`${this.#url}/?id=${id}`, options)
      case 'peerjs':
        return new WebSocket(`${this.#url}&id=${id}&token=t`, options)
      default:
        return new WebSocket(`${this.#url}/?peerId=${id}`, options)
    }
  }

  async #hello(
    socket: WebSocket,
    peerId: PeerId,
    network: string,
    key: SigningKey | undefined,
  ): Promise<void> {
    const hello = { type: 'hello', versions: [2, 3], peerId, network } as const
    const shown = key === undefined ? {} : { key: Buffer.from(key.publicKey).toString('hex') }
    socket.send(encodeClientMessage({ ...hello, ...shown }))
    const [bytes] = (await once(socket, 'message')) as [Buffer]
    const decoded = decodeHubMessage(bytes)
    if (key === undefined || !decoded.ok || decoded.message.type !== 'challenge') return
    const audience = audienceOf(this.#url)
    const signed = hubProofBytes({ peerId, network, audience, nonce: decoded.message.nonce })
    const signature = Buffer.from(await key.sign(signed)).toString('hex')
    socket.send(encodeClientMessage({ type: 'proof', audience, signature }))
    await once(socket, 'message')
  }

  #offerTo(to: PeerId): string | Uint8Array {
    if (this.#system === 'v2') return encodeRelay(to, PAYLOAD.subarray(21))
    if (this.#system === 'splice') return encodeRelay(to, PAYLOAD.subarray(21)).subarray(1)
    const make = (sdp: string): object => {
      const data = { type: 'offer', sdp }
      if (this.#system === 'ws') return { to, data }
      if (this.#system === 'peerjs') return { type: 'OFFER', dst: to, payload: data }
      return { type: 'offer', data, maxPeers: 3, networkName: 'net', targetPeerId: to }
    }
    const rest = OFFER_BYTES - JSON.stringify(make('')).length
    return JSON.stringify(make(SDP.slice(0, rest)))
  }
}

const LINE = 'a=candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ host generation 0 '
const SDP = LINE.repeat(40)
const PAYLOAD = new TextEncoder().encode(SDP.slice(0, OFFER_BYTES))

function seedOf(index: number): Uint8Array {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, index)
  return seed
}
