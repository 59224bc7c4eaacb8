import type { Gossip } from '@pigeon/gossip'
import type { Connectivity } from '@pigeon/mesh'
import { Emitter, type ProtocolTransport, type Unsubscribe } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { assertPeerId, type PeerId, randomPeerId } from '@pigeon/xor'
import { type Content, encodeContent } from './content.ts'
import { MeshError } from './errors.ts'
import type { PigeonMeshEvents } from './events.ts'
import { forwardEvents } from './forward-events.ts'
import type { JoinOptions } from './options.ts'
import { createParts, MESSAGE_TOPIC, type Parts } from './parts.ts'
import type { RoutedBytes } from './routed-bytes.ts'
import { waitFor } from './wait.ts'
import { watchWakeUps } from './wake-ups.ts'

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
  /** Bytes to any peer, for layers above; `@pigeon/peer/channels` and `/rpc` use it. */
  readonly routed: RoutedBytes
  readonly #parts: Parts
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
    this.network = network
    this.peerId =
      options.peerId === undefined ? randomPeerId(systemRandom) : assertPeerId(options.peerId)
    this.#joinTimeoutMs = options.joinTimeoutMs ?? 10_000
    this.#parts = createParts(network, this.peerId, options)
    this.gossip = this.#parts.gossip
    this.routed = this.#parts.routed
    forwardEvents(this.#parts, this.#events)
  }

  /** Peers with a direct link. */
  get peers(): ReadonlySet<PeerId> {
    return this.#parts.mesh.peers
  }

  /** Peers known to be in the network, linked or not. */
  get discovered(): ReadonlySet<PeerId> {
    return this.#parts.mesh.discovered
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
    if (this.#parts.signaling.state === 'connected') return
    this.#unwatch ??= this.#watch()
    this.#parts.signaling.start()
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
    return this.#parts.direct.send(assertPeerId(to), encodeContent(content))
  }

  /**
   * A transport over all links for a protocol of your own.
   * @param protocol its name with its version; peers meet only under equal names
   */
  open(protocol: string): ProtocolTransport {
    return this.#parts.mesh.open(protocol)
  }

  /** Whether there is room for one more link. */
  get canAcceptMorePeers(): boolean {
    return this.#parts.mesh.canAcceptMorePeers
  }

  /** How often a peer was asked for a link since the last one. */
  getConnectionAttempts(peer: string): number {
    return this.#parts.mesh.attempts(assertPeerId(peer))
  }

  /**
   * Asks a peer for a direct link; `peerConnected` follows if it takes it.
   * @throws RangeError if the id is malformed
   */
  connectToPeer(peer: string): void {
    this.#parts.mesh.connect(assertPeerId(peer))
  }

  /** Ends a direct link, after what was sent. The mesh may choose the peer again later. */
  async disconnectPeer(peer: string): Promise<void> {
    await this.#parts.mesh.disconnect(assertPeerId(peer))
  }

  /** Asks every known peer for a link, as far as there is room. @returns how many were asked */
  forceConnectToAllPeers(): number {
    return this.#parts.mesh.connectToAll()
  }

  /** What this peer knows of its place in the network, for a look by eye. */
  debugConnectivity(): Connectivity {
    return this.#parts.mesh.connectivity()
  }

  /** Links to have at most; what is too many is let go of. @throws RangeError unless 1 to 50 */
  setMaxPeers(maxPeers: number): void {
    this.#parts.mesh.setMaxPeers(maxPeers)
  }

  /** @throws RangeError unless it is 0 to `maxPeers` */
  setMinPeers(minPeers: number): void {
    this.#parts.mesh.setMinPeers(minPeers)
  }

  /** Whether peers that are discovered are told of and linked with. */
  setAutoDiscovery(autoDiscovery: boolean): void {
    this.#parts.mesh.set({ autoDiscovery })
  }

  /** Whether a link may make way for a better one. */
  setEvictionStrategy(evictionStrategy: boolean): void {
    this.#parts.mesh.set({ evictionStrategy })
  }

  /** Whether links beyond the ring are chosen by XOR buckets; else at random. */
  setXorRouting(xorRouting: boolean): void {
    this.#parts.mesh.set({ xorRouting })
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
          this.#parts.mesh.on('peerConnected', check),
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
      this.#parts.direct.close()
      this.routed.close()
      const linksClosed = this.#parts.mesh.close()
      this.#parts.signaling.close()
      this.#events.emit('closed')
      await linksClosed
      this.#events.clear()
    })()
    return this.#closing
  }

  #watch(): Unsubscribe {
    const wake = () => {
      this.#parts.signaling.wake()
      this.#parts.mesh.wake()
    }
    return watchWakeUps(systemClock, wake, () => void this.#end())
  }

  #firstHub(signal: AbortSignal | undefined): Promise<void> {
    const hub = this.#parts.signaling.url
    let last = 'no answer'
    return waitFor(
      { timeoutMs: this.#joinTimeoutMs, signal },
      ({ done, fail }) => [
        this.#parts.signaling.on('connected', done),
        this.#parts.signaling.on('disconnected', ({ reason, code }) => {
          last = reason || `connection closed with code ${code}`
        }),
        this.#parts.signaling.on('refused', ({ code, message }) =>
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
