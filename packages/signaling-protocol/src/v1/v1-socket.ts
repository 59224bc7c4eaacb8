import { Emitter } from '@pigeon/transport'
import { isPeerId, type PeerId } from '@pigeon/xor'
import type { Hello } from '../bodies.ts'
import { CLOSE_ABNORMAL, CLOSE_NORMAL } from '../codes.ts'
import { jsonFromBytes, jsonToBytes } from '../json.ts'
import { MAX_PEERS } from '../limits.ts'
import { type ClientMessage, decodeClientMessage, encodeHubMessage } from '../messages.ts'
import type { MessageSocket, MessageSocketEvents, SocketConnector } from '../socket.ts'
import { base64FromBytes, bytesFromBase64 } from './base64.ts'

/** What a PeerPigeon server says to a client that does not name its id in the URL. */
const NO_ID_CODE = 1008
const NO_ID = /peerId/i

/** Peers remembered for the answer to a QUERY. */
const MAX_KNOWN = 4 * MAX_PEERS

/** Bytes of one message: in base64 and JSON they stay well below PeerPigeon's 1 MiB. */
const MAX_RELAY_BYTES: number = 512 * 1024

/** Marks our payloads: no peer of PeerPigeon takes them for an offer. */
const PAYLOAD_TYPE = 'pigeon'

/**
 * Makes a connector that comes to terms with PeerPigeon servers as well: if the other end closes for
 * want of an id in the URL, it is dialled anew and spoken to in wire version 1, which the client
 * behind does not notice.
 * @param connect for our hubs
 * @param connectText for PeerPigeon's: messages are text, as UTF-8
 */
export function withV1(connect: SocketConnector, connectText: SocketConnector): SocketConnector {
  return (url, protocols) => new V1Socket(connect(url, protocols), url, connectText)
}

class V1Socket implements MessageSocket {
  readonly #url: string
  readonly #connectText: SocketConnector
  readonly #events = new Emitter<MessageSocketEvents>()
  readonly #known = new Set<PeerId>()
  #inner: MessageSocket
  #hello: Hello | undefined
  /** Nothing came from the other end so far. */
  #silent = true
  #speaksV1 = false
  #closing = false

  constructor(inner: MessageSocket, url: string, connectText: SocketConnector) {
    this.#inner = inner
    this.#url = url
    this.#connectText = connectText
    inner.on('open', () => this.#events.emit('open'))
    inner.on('message', (bytes) => {
      this.#silent = false
      this.#events.emit('message', bytes)
    })
    inner.on('close', (code, reason) => {
      const isTheirs = this.#silent && code === NO_ID_CODE && NO_ID.test(reason)
      if (isTheirs && this.#hello !== undefined && !this.#closing) this.#dialV1(this.#hello)
      else this.#end(code, reason)
    })
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes
  }

  send(bytes: Uint8Array): void {
    if (this.#speaksV1) {
      const decoded = decodeClientMessage(bytes)
      if (decoded.ok && this.#hello !== undefined) this.#translate(decoded.message, this.#hello)
      return
    }
    if (this.#hello === undefined) {
      const decoded = decodeClientMessage(bytes)
      if (decoded.ok && decoded.message.type === 'hello') this.#hello = decoded.message
    }
    this.#inner.send(bytes)
  }

  close(code: number = CLOSE_NORMAL, reason = ''): void {
    this.#closing = true
    this.#inner.close(code, reason)
  }

  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  #dialV1(hello: Hello): void {
    this.#speaksV1 = true
    const joint = this.#url.includes('?') ? '&' : '?'
    const inner = this.#connectText(`${this.#url}${joint}peerId=${hello.peerId}`, [])
    this.#inner = inner
    inner.on('open', () => this.#say({ type: 'announce', data: { peerId: hello.peerId } }, hello))
    inner.on('message', (bytes) => this.#hear(jsonFromBytes(bytes), hello))
    inner.on('close', (code, reason) => this.#end(code, reason))
  }

  /** One of our messages, in PeerPigeon's words. */
  #translate(message: ClientMessage, hello: Hello): void {
    switch (message.type) {
      case 'relay': {
        const data = { type: PAYLOAD_TYPE, payload: base64FromBytes(message.payload) }
        this.#say({ type: 'offer', data, targetPeerId: message.id }, hello)
        return
      }
      case 'query':
        this.#tell({ type: 'peers', peers: [...this.#known].slice(-MAX_PEERS) })
        return
      case 'ping':
        this.#say({ type: 'ping' }, hello)
        return
      case 'goodbye':
        this.#say({ type: 'goodbye', data: { peerId: hello.peerId } }, hello)
    }
  }

  /** One of PeerPigeon's messages, in ours. What makes no sense is skipped. */
  #hear(value: unknown, hello: Hello): void {
    if (typeof value !== 'object' || value === null) return
    const { type, data, fromPeerId, networkName } = value as Record<string, unknown>
    if (type === 'connected') {
      this.#welcome(hello)
      return
    }
    if (networkName !== undefined && networkName !== hello.network) return
    const { peerId, type: kind, payload } = Object(data) as Record<string, unknown>
    if (type === 'pong') this.#tell({ type: 'pong' })
    else if (type === 'peer-discovered' && isPeerId(peerId)) this.#discovered(peerId)
    else if (type === 'peer-disconnected' && isPeerId(peerId)) this.#gone(peerId)
    else if (type === 'goodbye' && isPeerId(fromPeerId)) this.#gone(fromPeerId)
    else if (type === 'offer' && kind === PAYLOAD_TYPE && isPeerId(fromPeerId)) {
      const bytes = typeof payload === 'string' ? bytesFromBase64(payload) : undefined
      if (bytes !== undefined) this.#tell({ type: 'relay', id: fromPeerId, payload: bytes })
    }
  }

  #welcome({ session = '0'.repeat(32) }: Hello): void {
    const limits = { maxMessageBytes: MAX_RELAY_BYTES }
    const heartbeatMs = 30_000
    this.#tell({ type: 'welcome', version: 2, session, peers: [], heartbeatMs, limits })
  }

  #discovered(peerId: PeerId): void {
    this.#known.delete(peerId)
    this.#known.add(peerId)
    for (const oldest of this.#known) {
      if (this.#known.size <= MAX_KNOWN) break
      this.#known.delete(oldest)
    }
    this.#tell({ type: 'peers', peers: [peerId] })
  }

  #gone(peer: PeerId): void {
    if (this.#known.delete(peer)) this.#tell({ type: 'left', peer })
  }

  #say(message: object, { network: networkName }: Hello): void {
    this.#inner.send(jsonToBytes({ ...message, networkName }))
  }

  #tell(message: Parameters<typeof encodeHubMessage>[0]): void {
    this.#events.emit('message', encodeHubMessage(message))
  }

  #end(code: number = CLOSE_ABNORMAL, reason = ''): void {
    this.#events.emit('close', code, reason)
    this.#events.clear()
  }
}
