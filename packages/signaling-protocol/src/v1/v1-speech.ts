import { Emitter } from '@pigeon/transport'
import { isPeerId, type PeerId } from '@pigeon/xor'
import type { Hello } from '../bodies.ts'
import { encodeControl } from '../control.ts'
import { jsonFromBytes, jsonToBytes } from '../json.ts'
import { MAX_PEERS } from '../limits.ts'
import { MessageType } from '../message-type.ts'
import { decodeRelay, encodeRelay } from '../relay.ts'
import type { MessageSocket, MessageSocketEvents, SocketConnector } from '../socket.ts'
import { base64FromBytes, bytesFromBase64 } from './base64.ts'

/** Peers remembered for the answer to a QUERY. */
const MAX_KNOWN = 4 * MAX_PEERS

/** Bytes of one message: in base64 and JSON they stay well below PeerPigeon's 1 MiB. */
const MAX_RELAY_BYTES: number = 512 * 1024

/** Marks our payloads: no peer of PeerPigeon takes them for an offer. */
const PAYLOAD_TYPE = 'pigeon'

/** A connection to a PeerPigeon server that says what one of our hubs would; it never emits `open`. */
export class V1Speech implements MessageSocket {
  readonly #hello: Hello
  readonly #inner: MessageSocket
  readonly #events = new Emitter<MessageSocketEvents>()
  readonly #known = new Set<PeerId>()

  /**
   * Dials the server.
   * @param hello the HELLO of the client behind, as bytes: what a client says is well formed
   */
  constructor(hello: Uint8Array, url: string, connectText: SocketConnector) {
    this.#hello = jsonFromBytes(hello.subarray(1)) as Hello
    const { peerId } = this.#hello
    const joint = url.includes('?') ? '&' : '?'
    this.#inner = connectText(`${url}${joint}peerId=${peerId}`, [])
    this.#inner.on('open', () => this.#say({ type: 'announce', data: { peerId } }))
    this.#inner.on('message', (bytes) => this.#hear(jsonFromBytes(bytes)))
    this.#inner.on('close', (code, reason) => {
      this.#events.emit('close', code, reason)
      this.#events.clear()
    })
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes
  }

  send(bytes: Uint8Array): void {
    switch (bytes[0]) {
      case MessageType.RELAY:
        this.#relay(bytes)
        return
      case MessageType.QUERY:
        this.#tell(MessageType.PEERS, { peers: [...this.#known].slice(-MAX_PEERS) })
        return
      case MessageType.PING:
        this.#say({ type: 'ping' })
        return
      case MessageType.GOODBYE:
        this.#say({ type: 'goodbye', data: { peerId: this.#hello.peerId } })
    }
  }

  close(code?: number, reason?: string): void {
    this.#inner.close(code, reason)
  }

  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  #relay(bytes: Uint8Array): void {
    const decoded = decodeRelay(bytes)
    if (!decoded.ok) return
    const { id: targetPeerId, payload } = decoded.message
    const data = { type: PAYLOAD_TYPE, payload: base64FromBytes(payload) }
    this.#say({ type: 'offer', data, targetPeerId })
  }

  /** One of PeerPigeon's messages, in ours. What makes no sense is skipped. */
  #hear(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    const { type, data, fromPeerId, networkName } = value as Record<string, unknown>
    if (type === 'connected') {
      this.#welcome()
      return
    }
    if (networkName !== undefined && networkName !== this.#hello.network) return
    const { peerId, type: kind, payload } = Object(data) as Record<string, unknown>
    if (type === 'pong') this.#tell(MessageType.PONG)
    else if (type === 'peer-discovered' && isPeerId(peerId)) this.#discovered(peerId)
    else if (type === 'peer-disconnected' && isPeerId(peerId)) this.#gone(peerId)
    else if (type === 'goodbye' && isPeerId(fromPeerId)) this.#gone(fromPeerId)
    else if (type === 'offer' && kind === PAYLOAD_TYPE && isPeerId(fromPeerId)) {
      const bytes = typeof payload === 'string' ? bytesFromBase64(payload) : undefined
      if (bytes !== undefined) this.#events.emit('message', encodeRelay(fromPeerId, bytes))
    }
  }

  #welcome(): void {
    const { session = '0'.repeat(32) } = this.#hello
    const limits = { maxMessageBytes: MAX_RELAY_BYTES }
    const heartbeatMs = 30_000
    this.#tell(MessageType.WELCOME, { version: 2, session, peers: [], heartbeatMs, limits })
  }

  #discovered(peerId: PeerId): void {
    this.#known.delete(peerId)
    this.#known.add(peerId)
    for (const oldest of this.#known) {
      if (this.#known.size <= MAX_KNOWN) break
      this.#known.delete(oldest)
    }
    this.#tell(MessageType.PEERS, { peers: [peerId] })
  }

  #gone(peer: PeerId): void {
    if (this.#known.delete(peer)) this.#tell(MessageType.LEFT, { peer })
  }

  #say(message: object): void {
    this.#inner.send(jsonToBytes({ ...message, networkName: this.#hello.network }))
  }

  #tell(type: number, body: object = {}): void {
    this.#events.emit('message', encodeControl(type, body))
  }
}
