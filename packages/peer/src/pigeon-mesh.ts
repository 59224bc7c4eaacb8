import { Gossip } from '@pigeon/gossip'
import { DirectMessages, Mesh } from '@pigeon/mesh'
import { SignalingClient } from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import { Emitter, type ProtocolTransport, type Unsubscribe } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { WebRtcLinks } from '@pigeon/webrtc'
import { assertPeerId, type PeerId, randomPeerId } from '@pigeon/xor'
import { createEngine } from '#engine'
import { type Content, decodeContent, encodeContent } from './content.ts'
import { MeshError } from './errors.ts'
import type { PigeonMeshEvents } from './events.ts'
import type { JoinOptions } from './options.ts'
import { waitFor } from './wait.ts'
import { watchWakeUps } from './wake-ups.ts'

const MESSAGE_TOPIC = 'pigeon/message'

/**
 * A peer of one network: links, broadcast and direct messages, wired.
 * Most programs get one from {@link joinMesh}; `new PigeonMesh(…)` and {@link connect} make one
 * that nothing else shares.
 */
export class PigeonMesh {
  readonly peerId: PeerId
  readonly network: string
  /** Broadcast under topics of your own; `sendMessage` uses one of them. */
  readonly gossip: Gossip
  readonly #mesh: Mesh
  readonly #signaling: SignalingClient
  readonly #direct: DirectMessages
  readonly #joinTimeoutMs: number
  readonly #events = new Emitter<PigeonMeshEvents>()
  #unwatch: Unsubscribe | undefined
  #closing: Promise<void> | undefined
  #holders = 1

  /**
   * Does nothing before {@link connect}.
   * @throws RangeError or TypeError that says which option is wrong
   */
  constructor(network: string, options: JoinOptions) {
    const clock = systemClock
    const random = systemRandom
    this.network = network
    this.peerId = options.peerId === undefined ? randomPeerId(random) : assertPeerId(options.peerId)
    this.#joinTimeoutMs = options.joinTimeoutMs ?? 10_000
    const { iceServers, maxPeers, minPeers, ttl } = options
    this.#signaling = new SignalingClient({
      urls: options.hubs.map(hubUrl),
      self: this.peerId,
      network,
      connect: connectWebSocket,
      clock,
      random,
    })
    this.#mesh = new Mesh({
      self: this.peerId,
      signaling: this.#signaling,
      links:
        options.links ??
        new WebRtcLinks({ engine: engine(), clock, random, ...(iceServers && { iceServers }) }),
      clock,
      random,
      ...(maxPeers !== undefined && { maxPeers }),
      ...(minPeers !== undefined && { minPeers }),
    })
    const transport = this.#mesh.open('pigeon/gossip/1')
    this.gossip = new Gossip({ transport, clock, random, ...(ttl !== undefined && { ttl }) })
    this.#direct = new DirectMessages({ router: this.#mesh.router, self: this.peerId, clock })
    this.#wire()
  }

  /** Peers with a direct link. */
  get peers(): ReadonlySet<PeerId> {
    return this.#mesh.peers
  }

  /** Peers known to be in the network, linked or not. */
  get discovered(): ReadonlySet<PeerId> {
    return this.#mesh.discovered
  }

  /** Listens for an event; call the result to stop. */
  on<E extends keyof PigeonMeshEvents>(event: E, listener: PigeonMeshEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Connects to a hub, and from then on stays connected by itself.
   * @returns once a hub let this peer in
   * @throws MeshError `HUB_UNREACHABLE`, `HUB_REFUSED` or `ABORTED`, after which it is closed
   */
  async connect(options: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.closed) throw closed()
    if (this.#signaling.state === 'connected') return
    this.#unwatch ??= this.#watch()
    this.#signaling.start()
    try {
      await this.#firstHub(options.signal)
    } catch (error) {
      await this.#end()
      throw error
    }
  }

  /**
   * Broadcasts to everyone in the network.
   * @param content a JSON value or bytes, at most 64 KiB
   * @param options.ttl hops it may go, 1 to 255
   * @param options.tracePath whether receivers learn the path it took
   * @returns the id under which others receive it
   * @throws RangeError or TypeError if the content is too large or neither JSON nor bytes
   */
  sendMessage(content: Content, options: { ttl?: number; tracePath?: boolean } = {}): string {
    return this.gossip.publish(MESSAGE_TOPIC, encodeContent(content), options)
  }

  /**
   * Sends to one peer. `messageDelivered` or `messageFailed` follows.
   * @param to any peer of the network, linked or not
   * @returns the id of the message
   * @throws RangeError or TypeError if the id is malformed, or the content too large or neither
   * JSON nor bytes
   */
  sendDirectMessage(to: string, content: Content): string {
    return this.#direct.send(assertPeerId(to), encodeContent(content))
  }

  /**
   * A transport over all links for a protocol of your own.
   * @param protocol its name with its version; peers meet only under equal names
   */
  open(protocol: string): ProtocolTransport {
    return this.#mesh.open(protocol)
  }

  /**
   * Waits until at least `count` direct links are open.
   * @returns the linked peers
   * @throws MeshError `TIMEOUT` after `timeoutMs` (default 30,000), `ABORTED`, or `CLOSED`
   */
  async whenPeers(
    count: number,
    options: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<readonly PeerId[]> {
    const { timeoutMs = 30_000, signal } = options
    if (this.closed) throw closed()
    await waitFor(
      { timeoutMs, signal },
      ({ done, fail }) => {
        const check = () => {
          if (this.peers.size >= count) done()
        }
        check()
        return [
          this.#mesh.on('peerConnected', check),
          this.#events.on('closed', () => fail(closed())),
        ]
      },
      () => new MeshError('TIMEOUT', `${this.peers.size} of ${count} peers after ${timeoutMs} ms`),
    )
    return [...this.peers]
  }

  /**
   * Says goodbye to hub and peers. A mesh that several calls of `joinMesh` share ends with the
   * last of as many closes.
   */
  async close(): Promise<void> {
    this.#holders = Math.max(0, this.#holders - 1)
    if (this.#holders === 0) await this.#end()
  }

  /** As {@link close}: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Counts one more owner that will close it. */
  retain(): void {
    this.#holders++
  }

  /** Whether it was closed, or is being closed. */
  get closed(): boolean {
    return this.#closing !== undefined
  }

  #end(): Promise<void> {
    this.#closing ??= (async () => {
      this.#unwatch?.()
      this.gossip.close()
      this.#direct.close()
      const linksClosed = this.#mesh.close()
      this.#signaling.close()
      this.#events.emit('closed')
      await linksClosed
      this.#events.clear()
    })()
    return this.#closing
  }

  #watch(): Unsubscribe {
    const wake = () => {
      this.#signaling.wake()
      this.#mesh.wake()
    }
    return watchWakeUps(systemClock, wake, () => void this.#end())
  }

  #wire(): void {
    const events = this.#events
    this.#signaling.on('connected', ({ url }) => events.emit('connected', { hub: url }))
    this.#signaling.on('disconnected', ({ url, reason, willRetry }) =>
      events.emit('disconnected', { hub: url, reason, willRetry }),
    )
    this.#mesh.on('peerDiscovered', (event) => events.emit('peerDiscovered', event))
    this.#mesh.on('peerConnected', (event) => events.emit('peerConnected', event))
    this.#mesh.on('peerDisconnected', (event) => events.emit('peerDisconnected', event))
    this.#mesh.on('peerReconnecting', (event) => events.emit('peerReconnecting', event))
    this.#mesh.on('peerReconnected', (event) => events.emit('peerReconnected', event))
    this.#direct.on('delivered', (event) => events.emit('messageDelivered', event))
    this.#direct.on('failed', (event) => events.emit('messageFailed', event))
    this.#direct.on('message', ({ from, messageId, payload, hops, timestamp }) => {
      const decoded = decodeContent(payload)
      if (decoded === undefined) return
      const rest = { from, messageId, hops, timestamp, direct: true, ttl: 0, path: undefined }
      events.emit('messageReceived', { ...rest, ...decoded })
    })
    this.gossip.on('message', ({ topic, author, id, payload, hops, ttl, timestamp, path }) => {
      const decoded = topic === MESSAGE_TOPIC ? decodeContent(payload) : undefined
      if (decoded === undefined) return
      const rest = { from: author, messageId: id, hops, ttl, timestamp, path, direct: false }
      events.emit('messageReceived', { ...rest, ...decoded })
    })
  }

  #firstHub(signal: AbortSignal | undefined): Promise<void> {
    const hub = this.#signaling.url
    let last = 'no answer'
    return waitFor(
      { timeoutMs: this.#joinTimeoutMs, signal },
      ({ done, fail }) => [
        this.#signaling.on('connected', done),
        this.#signaling.on('disconnected', ({ reason, code }) => {
          last = reason || `connection closed with code ${code}`
        }),
        this.#signaling.on('refused', ({ code, message }) =>
          fail(new MeshError('HUB_REFUSED', `${hub} refused: ${code}, ${message}`)),
        ),
        this.#events.on('closed', () => fail(closed())),
      ],
      () => new MeshError('HUB_UNREACHABLE', `no hub reached, last ${hub}: ${last}`),
    )
  }
}

function closed(): MeshError {
  return new MeshError('CLOSED', 'the mesh is closed')
}

function engine() {
  try {
    return createEngine()
  } catch (cause) {
    throw new MeshError('NO_WEBRTC', 'this runtime has no WebRTC', { cause })
  }
}

/** Hubs may be named as a page is: `http:` stands for `ws:`, `https:` for `wss:`. */
function hubUrl(hub: string | URL): string {
  return String(hub).replace(/^http(s?):/, 'ws$1:')
}
