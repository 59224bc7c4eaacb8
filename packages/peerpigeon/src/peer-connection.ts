import type {
  IceServer,
  RtcCandidate,
  RtcChannel,
  RtcDescription,
  RtcEngine,
  RtcPeer,
} from '@pigeon/webrtc'
import { createEngine } from '#engine'
import { DebugLogger } from './debug-logger.ts'
import { PlainEvents } from './plain-events.ts'

const log = DebugLogger.create('PeerConnection')

/** Candidates that may wait for their description; more are dropped. */
const MAX_EARLY_CANDIDATES = 64

/** Bytes that may wait in the channel. */
const MAX_BUFFERED_BYTES = 1024 * 1024

/** Options of {@link PeerConnection}. */
export interface PeerConnectionOptions {
  readonly iceServers?: readonly IceServer[]
  /** Another WebRTC. Default the browser's, in Node werift. */
  readonly engine?: RtcEngine
}

/** What happens on a {@link PeerConnection}. */
export type PeerConnectionEvents = {
  iceCandidate: { readonly candidate: RtcCandidate }
  connected: { readonly peerId: string }
  disconnected: { readonly peerId: string; readonly reason: string }
  dataChannelOpen: { readonly peerId: string }
  /** A JSON value, or bytes. */
  message: { readonly peerId: string; readonly message: unknown }
}

/**
 * One connection to one peer, for programs that carry its offer, answer and candidates themselves.
 * It proves nothing about who is at the other end: a mesh does.
 */
export class PeerConnection extends PlainEvents<PeerConnectionEvents> {
  readonly peerId: string
  readonly isInitiator: boolean
  readonly #options: PeerConnectionOptions
  #peer: RtcPeer | undefined
  #channel: RtcChannel | undefined
  #early: RtcCandidate[] = []
  #isOver = false

  constructor(peerId: string, isInitiator = false, options: PeerConnectionOptions = {}) {
    super()
    this.peerId = peerId
    this.isInitiator = isInitiator
    this.#options = options
  }

  /** Makes the engine's connection; {@link createOffer} and {@link handleOffer} do so by themselves. */
  async createConnection(): Promise<void> {
    if (this.#peer !== undefined) return
    const { iceServers = [], engine = createEngine() } = this.#options
    const peer = engine.create({ iceServers })
    const channel = peer.createDataChannel('messages', { negotiated: true, id: 0, ordered: true })
    channel.binaryType = 'arraybuffer'
    this.#peer = peer
    this.#channel = channel
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate) this.emit('iceCandidate', { candidate })
    })
    peer.addEventListener('connectionstatechange', () => this.#stateChanged(peer))
    channel.addEventListener('open', () => {
      log.info(`channel to ${this.peerId} is open`)
      this.emit('dataChannelOpen', { peerId: this.peerId })
      this.emit('connected', { peerId: this.peerId })
    })
    channel.addEventListener('message', ({ data }) => {
      this.emit('message', { peerId: this.peerId, message: decode(data) })
    })
    channel.addEventListener('close', () => this.#over('closed'))
  }

  async createOffer(): Promise<RtcDescription> {
    const peer = await this.#made()
    const offer = await peer.createOffer()
    await peer.setLocalDescription(offer)
    return peer.localDescription ?? offer
  }

  /** @returns the answer, for who offered */
  async handleOffer(offer: RtcDescription): Promise<RtcDescription> {
    const peer = await this.#made()
    await peer.setRemoteDescription(offer)
    await this.#takeEarly(peer)
    const answer = await peer.createAnswer()
    await peer.setLocalDescription(answer)
    return peer.localDescription ?? answer
  }

  async handleAnswer(answer: RtcDescription): Promise<void> {
    const peer = await this.#made()
    await peer.setRemoteDescription(answer)
    await this.#takeEarly(peer)
  }

  async handleIceCandidate(candidate: RtcCandidate): Promise<void> {
    const peer = await this.#made()
    if (peer.remoteDescription === null) {
      if (this.#early.length < MAX_EARLY_CANDIDATES) this.#early.push(candidate)
      return
    }
    await peer.addIceCandidate(candidate)
  }

  /**
   * Sends a JSON value, or bytes.
   * @returns whether it was sent: not before the channel is open, nor while too much waits
   */
  sendMessage(message: unknown): boolean {
    const channel = this.#channel
    if (channel?.readyState !== 'open' || channel.bufferedAmount > MAX_BUFFERED_BYTES) return false
    channel.send(encode(message))
    return true
  }

  getStatus(): 'new' | 'connecting' | 'connected' | 'closed' {
    if (this.#isOver) return 'closed'
    if (this.#channel?.readyState === 'open') return 'connected'
    return this.#peer === undefined ? 'new' : 'connecting'
  }

  close(): void {
    this.#over('closed')
  }

  async #made(): Promise<RtcPeer> {
    if (this.#isOver) throw new Error(`the connection to ${this.peerId} is closed`)
    await this.createConnection()
    return this.#peer as RtcPeer
  }

  async #takeEarly(peer: RtcPeer): Promise<void> {
    for (const candidate of this.#early.splice(0)) await peer.addIceCandidate(candidate)
  }

  #stateChanged({ connectionState }: RtcPeer): void {
    if (connectionState === 'failed' || connectionState === 'closed') this.#over(connectionState)
  }

  #over(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#channel?.close()
    void Promise.resolve(this.#peer?.close()).catch(() => {})
    log.info(`connection to ${this.peerId} ended: ${reason}`)
    this.emit('disconnected', { peerId: this.peerId, reason })
  }
}

const JSON_MARK = 1
const BYTES_MARK = 0

function encode(message: unknown): Uint8Array<ArrayBuffer> {
  const isBytes = message instanceof ArrayBuffer || ArrayBuffer.isView(message)
  const body = isBytes ? viewOf(message) : new TextEncoder().encode(JSON.stringify(message))
  const bytes = new Uint8Array(1 + body.length)
  bytes[0] = isBytes ? BYTES_MARK : JSON_MARK
  bytes.set(body, 1)
  return bytes
}

/** @returns undefined for what is neither */
function decode(data: unknown): unknown {
  if (!(data instanceof ArrayBuffer) && !ArrayBuffer.isView(data)) return undefined
  const bytes = viewOf(data)
  if (bytes[0] === BYTES_MARK) return bytes.slice(1)
  try {
    return JSON.parse(new TextDecoder().decode(bytes.subarray(1)))
  } catch {
    return undefined
  }
}

function viewOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
