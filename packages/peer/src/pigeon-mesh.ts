import type { Gossip } from '@pigeon/gossip'
import { Identity, type KeyCard } from '@pigeon/identity'
import type { Connectivity } from '@pigeon/mesh'
import {
  Emitter,
  type Lane,
  type LinkFactory,
  type ProtocolTransport,
  type Unsubscribe,
} from '@pigeon/transport'
import { systemClock } from '@pigeon/transport/system'
import type { RtcPeer } from '@pigeon/webrtc'
import { assertPeerId, type PeerId } from '@pigeon/xor'
import { type Content, encodeContent } from './content.ts'
import { isDebugging } from './debug/is-debugging.ts'
import type { Diagnosis } from './diagnosis/diagnose.ts'
import { MeshError } from './errors.ts'
import type { PigeonMeshEvents } from './events.ts'
import { firstHub } from './first-hub.ts'
import { forwardEvents } from './forward-events.ts'
import { type MeshStats, meshStats } from './mesh-stats.ts'
import type { JoinOptions } from './options.ts'
import { closeParts, createParts, hubUrl, MESSAGE_TOPIC, type Parts } from './parts.ts'
import type { RoutedBytes } from './routed-bytes.ts'
import { createSelf, type Self } from './self.ts'
import { waitFor } from './wait.ts'
import { watchWakeUps } from './wake-ups.ts'

/**
 * A peer of one network: links, broadcast and direct messages, wired.
 * Most programs get one from {@link joinMesh}; `new PigeonMesh(…)` and {@link connect} make one
 * that nothing else shares.
 */
export class PigeonMesh {
  readonly network: string
  readonly #options: JoinOptions
  readonly #joinTimeoutMs: number
  readonly #events = new Emitter<PigeonMeshEvents>()
  #starting: Promise<Parts> | undefined
  #made: Parts | undefined
  #unwatch: Unsubscribe | undefined
  #closing: Promise<void> | undefined
  #holders = 1

  /**
   * Does nothing before {@link connect}, which makes the keys. Until then only `on` and `close` may
   * be used, unless an `Identity` is given that is there already.
   * @throws RangeError or TypeError that says which option is wrong, as does {@link connect}
   */
  constructor(network: string, options: JoinOptions) {
    this.network = network
    this.#options = options
    this.#joinTimeoutMs = options.joinTimeoutMs ?? 10_000
    const { identity } = options
    if (identity instanceof Identity) this.#make({ id: identity.id, identity, verified: true })
  }

  /** This peer's id. */
  get peerId(): PeerId {
    return this.#parts.self.id
  }

  /** This peer's keys, which prove its id unless it is unverified. */
  get identity(): Identity {
    return this.#parts.self.identity
  }

  /** Broadcast under topics of your own; `sendMessage` uses one of them. */
  get gossip(): Gossip {
    return this.#parts.gossip
  }

  /** Bytes to any peer, for layers above; `@pigeon/peer/channels` and `/rpc` use it. */
  get routed(): RoutedBytes {
    return this.#parts.routed
  }

  /**
   * Makes further links to peers, proven as those of the mesh are, which does not count them; for
   * layers above, as `@pigeon/peer/tree`.
   */
  get links(): LinkFactory {
    return this.#parts.trust.links
  }

  /** Peers with a direct link. */
  get peers(): ReadonlySet<PeerId> {
    return this.#made?.mesh.peers ?? new Set()
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
   * @throws IdentityError if a key cannot be stored or loaded
   */
  async connect(options: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.closed) throw closed()
    try {
      const { signaling } = await this.#start()
      if (this.closed) throw closed()
      if (signaling.state === 'connected') return
      this.#unwatch ??= this.#watch()
      signaling.start()
      await firstHub(signaling, {
        timeoutMs: this.#joinTimeoutMs,
        signal: options.signal,
        onClosed: (fail) => this.#events.on('closed', () => fail(closed())),
      })
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
   * @param lane of its frames: `prompt` (default); `bulk`, which lets others pass; or `loose`, which
   * may get lost or overtake others
   */
  open(protocol: string, lane?: Lane): ProtocolTransport {
    return this.#parts.mesh.open(protocol, lane)
  }

  /**
   * The engine's connection behind the link to a peer, once that peer is proven; for layers above,
   * as `@pigeon/peer/media`.
   */
  connectionOf(peer: string): RtcPeer | undefined {
    return this.#parts.book.get(assertPeerId(peer))?.peer
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

  /**
   * Has nothing to do with a peer from now on: no link, and nothing of what it writes. Others still
   * have. Of more than 10,000, those banned last count.
   */
  async ban(peer: string): Promise<void> {
    await this.#parts.mesh.ban(assertPeerId(peer))
  }

  /** Takes back {@link ban}. */
  unban(peer: string): void {
    this.#parts.mesh.unban(assertPeerId(peer))
  }

  /** Whether the id of a peer that was linked with, or heard of, has been proven. */
  isVerified(peer: string): boolean {
    return this.#parts.trust.isVerified(assertPeerId(peer))
  }

  /**
   * The keys of a peer, and the user who vouches for it, if one does.
   * @returns `undefined` if no way to it was found, or its card does not prove its id
   */
  cardOf(peer: string): Promise<KeyCard | undefined> {
    return this.#parts.cards.get(assertPeerId(peer))
  }

  /** Ends a direct link, after what was sent. The mesh may choose the peer again later. */
  async disconnectPeer(peer: string): Promise<void> {
    await this.#parts.mesh.disconnect(assertPeerId(peer))
  }

  /** Asks every known peer for a link, as far as there is room. @returns how many were asked */
  forceConnectToAllPeers(): number {
    return this.#parts.mesh.connectToAll()
  }

  /** What the links do at the moment: round trips, routes, bytes. Takes at most 2 s. */
  stats(): Promise<MeshStats> {
    return meshStats(this.#parts)
  }

  /**
   * Tries hubs, STUN and TURN servers, and says in plain words what is wrong. Also after a `connect`
   * that failed.
   * @param options.timeoutMs for each of them, default 5,000
   * @throws MeshError `NOT_CONNECTED` before the first `connect`
   */
  async diagnose({ timeoutMs = 5000 }: { timeoutMs?: number } = {}): Promise<Diagnosis> {
    const parts = this.#parts
    const hubs = this.#options.hubs.map(hubUrl)
    const { diagnose } = await import('./diagnosis/diagnose.ts')
    return diagnose({ parts, hubs, timeoutMs })
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

  get #parts(): Parts {
    if (this.#made === undefined) {
      throw new MeshError('NOT_CONNECTED', 'this is not known before connect()')
    }
    return this.#made
  }

  #start(): Promise<Parts> {
    this.#starting ??= (async () => {
      const parts = this.#made ?? this.#make(await createSelf(this.#options))
      if (isDebugging(this.#options.debug)) await this.#debug()
      return parts
    })()
    return this.#starting
  }

  #make(self: Self): Parts {
    if (this.closed) throw closed()
    const parts = createParts(this.network, self, this.#options)
    this.#made = parts
    forwardEvents(parts, this.#events)
    return parts
  }

  #end(): Promise<void> {
    this.#closing ??= (async () => {
      this.#unwatch?.()
      const closed = this.#made && closeParts(this.#made)
      this.#events.emit('closed')
      await closed
      this.#events.clear()
    })()
    return this.#closing
  }

  async #debug(): Promise<void> {
    const { debugMesh } = await import('./debug/debug-mesh.ts')
    debugMesh(this)
  }

  #watch(): Unsubscribe {
    const wake = () => {
      this.#parts.signaling.wake()
      this.#parts.mesh.wake()
    }
    const leave = () => {
      void this.#end()
      this.#made?.dropLinks()
    }
    return watchWakeUps(systemClock, wake, leave)
  }
}

function closed(): MeshError {
  return new MeshError('CLOSED', 'the mesh is closed')
}
