import { Emitter, type SendResult, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { GoAway, Welcome } from './bodies.ts'
import { decodeHubMessage, encodeClientMessage } from './client-codec.ts'
import type { SignalingEvents, SignalingState, SignalingStats } from './client-events.ts'
import {
  type ResolvedClientOptions,
  resolveClientOptions,
  type SignalingClientOptions,
} from './client-options.ts'
import { CLOSE_NORMAL, type ErrorCode, errorOfClose } from './codes.ts'
import { HubConnection } from './hub-connection.ts'
import { MAX_MESSAGE_BYTES, RELAY_HEADER_BYTES, VERSIONS } from './limits.ts'
import type { HubMessage, Undeliverable } from './messages.ts'
import { NextAttempt } from './next-attempt.ts'
import { encodeRelay } from './relay.ts'
import { newSession } from './session.ts'

/** The shortest time between two attempts that something woke, ms. */
const MIN_RETRY_MS = 1000

/** How long a hub may take to close after GOODBYE, ms. */
const GOODBYE_MS = 1000

/**
 * A peer's connection to its hub, one at a time, made again whenever it is lost.
 *
 * Invariants: at most one socket and one retry timer exist; events come only while started;
 * nothing a hub sends can make it throw.
 */
export class SignalingClient {
  readonly self: PeerId
  readonly network: string
  readonly #options: ResolvedClientOptions
  readonly #events = new Emitter<SignalingEvents>()
  /** One secret for each hub, so that no hub learns what another would accept. */
  readonly #sessions = new Map<string, string>()
  readonly #stats: SignalingStats = { attempts: 0, received: 0, unknown: 0, malformed: 0 }
  readonly #next: NextAttempt
  #state: SignalingState = 'idle'
  #connection: HubConnection | undefined
  #cancelTimer: () => void = () => {}
  #welcome: Welcome | undefined
  #connectedAt = 0
  #attemptedAt = 0
  #error: { code: ErrorCode; message: string } | undefined
  /** Said goodbye to a hub that goes away: what it still sends is heard, nothing more is sent. */
  #moving = false
  #urlsAfterMove: readonly string[] = []

  /** @throws TypeError or RangeError that says what is wrong with the options */
  constructor(options: SignalingClientOptions) {
    const resolved = resolveClientOptions(options)
    this.#options = resolved
    this.self = resolved.self
    this.network = resolved.network
    this.#next = new NextAttempt(resolved)
  }

  get state(): SignalingState {
    return this.#state
  }

  /** The hub that is connected or tried next; `undefined` once every hub refused. */
  get url(): string | undefined {
    return this.#next.url
  }

  /** The id the hub gave itself, while connected. */
  get hubId(): PeerId | undefined {
    return this.#welcome?.hubId
  }

  on<E extends keyof SignalingEvents>(event: E, listener: SignalingEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  getStats(): SignalingStats {
    return { ...this.#stats }
  }

  /**
   * Connects, and stays connected. Does nothing if started already.
   * @throws TypeError after {@link close}
   */
  start(): void {
    if (this.#state === 'closed') throw new TypeError('a closed SignalingClient stays closed')
    if (this.#state === 'idle') this.#attempt()
  }

  /** The device slept or changed its network: asks a silent hub, or tries it again, at once. */
  wake(): void {
    this.#connection?.check()
    const { clock, stableMs } = this.#options
    const idleMs = clock.now() - this.#attemptedAt
    if (this.#state !== 'waiting' || idleMs < MIN_RETRY_MS) return
    if (idleMs >= stableMs) this.#next.rested()
    this.#cancelTimer()
    this.#attempt()
  }

  /** Says goodbye to the hub and ends for good. */
  close(): void {
    const { url } = this
    const before = this.#state
    if (before === 'closed') return
    if (before === 'connected') this.#connection?.goodbye()
    this.#release('closed by this side')
    this.#state = 'closed'
    if (url === undefined || before === 'idle' || before === 'waiting') return
    this.#ended(url, CLOSE_NORMAL, 'closed by this side')
  }

  /**
   * Sends a message to another member of the network through the hub.
   * @returns `sent`: handed to the hub, `undeliverable` may follow; `gone`: not connected;
   * `congested`: too much is unsent, try again later; `too-large`: above the hub's limit
   */
  send(to: PeerId, payload: Uint8Array): SendResult {
    if (this.#welcome === undefined || this.#moving) return 'gone'
    const bytes = RELAY_HEADER_BYTES + payload.length
    if (bytes > this.#welcome.limits.maxMessageBytes) return 'too-large'
    return this.#send(bytes, () => encodeRelay(to, payload))
  }

  /**
   * Asks the hub for peers again; they come as `peers`, but not if it knows of none nearer than
   * `ring`.
   * @param ring the next ids on either side that there is a link to, at most two
   */
  query(ring?: readonly PeerId[]): SendResult {
    const bytes = encodeClientMessage({ type: 'query', ring })
    return this.#send(bytes.length, () => bytes)
  }

  #send(bytes: number, encode: () => Uint8Array): SendResult {
    const connection = this.#connection
    if (this.#state !== 'connected' || connection === undefined || this.#moving) return 'gone'
    return connection.send(bytes, encode)
  }

  #attempt(): void {
    this.#state = 'connecting'
    this.#attemptedAt = this.#options.clock.now()
    this.#stats.attempts++
    this.#error = undefined
    const url = this.url as string
    this.#connection = new HubConnection(url, this.#options, {
      session: () => this.#session(url),
      message: (bytes) => this.#message(bytes),
      lost: (code, reason) => this.#lost(code, reason),
    })
  }

  #session(url: string): string {
    const session = this.#sessions.get(url) ?? newSession(this.#options.random)
    this.#sessions.set(url, session)
    return session
  }

  /** Answers a CHALLENGE, on the connection it came by. */
  #prove(nonce: string): void {
    const { prove } = this.#options
    if (prove === undefined || this.#state !== 'connecting') this.#stats.malformed++
    else this.#connection?.prove(prove, nonce)
  }

  /** The hub will stop: this client stays for as long as it is told, then moves. */
  #goAway({ urls, afterMs }: GoAway): void {
    if (this.#moving) return
    this.#urlsAfterMove = urls
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.after(afterMs, () => this.#move())
    this.#events.emit('goaway', { urls, afterMs })
  }

  #move(): void {
    this.#moving = true
    this.#connection?.goodbye()
    const { clock } = this.#options
    this.#cancelTimer = clock.after(GOODBYE_MS, () => this.#lost(CLOSE_NORMAL, 'moved'))
  }

  #message(bytes: Uint8Array): void {
    this.#stats.received++
    if (bytes.length > MAX_MESSAGE_BYTES) {
      this.#stats.malformed++
      return
    }
    const decoded = decodeHubMessage(bytes)
    if (decoded.ok) this.#handle(decoded.message)
    else if (decoded.code === 'UNKNOWN_TYPE') this.#stats.unknown++
    else this.#stats.malformed++
  }

  #handle(message: HubMessage): void {
    if (message.type === 'error') {
      this.#error = { code: message.code, message: message.message }
      return
    }
    if (message.type === 'challenge') {
      this.#prove(message.nonce)
      return
    }
    if ((message.type === 'welcome') !== (this.#state === 'connecting')) {
      this.#stats.malformed++
      return
    }
    switch (message.type) {
      case 'welcome':
        this.#connected(message)
        return
      case 'peers':
        this.#events.emit('peers', this.#others(message.peers))
        return
      case 'left':
        this.#events.emit('left', message.peer)
        return
      case 'relay':
        this.#events.emit('relay', message.id, message.payload)
        return
      case 'undeliverable':
        this.#undeliverable(message)
        return
      case 'goaway':
        this.#goAway(message)
        return
      case 'pong':
        return
    }
  }

  #connected(welcome: Welcome): void {
    if (welcome.version < VERSIONS[0] || welcome.version > VERSIONS[1]) {
      this.#stats.malformed++
      return
    }
    const url = this.url as string
    this.#sessions.set(url, welcome.session)
    this.#welcome = welcome
    this.#state = 'connected'
    this.#next.succeeded()
    this.#connectedAt = this.#options.clock.now()
    this.#connection?.welcomed(welcome)
    this.#events.emit('iceServers', welcome.iceServers ?? [])
    this.#events.emit('connected', { url, peers: this.#others(welcome.peers) })
  }

  #undeliverable({ id, reason }: Undeliverable): void {
    if (reason === 'away') this.#events.emit('away', id)
    this.#events.emit('undeliverable', id, reason === 'away' ? 'unknown' : reason)
  }

  #others(peers: readonly PeerId[]): PeerId[] {
    return [...new Set(peers)].filter((peer) => peer !== this.self)
  }

  /** The connection or attempt is over: decides whether and when the next one follows. */
  #lost(code: number, reason: string): void {
    const url = this.url as string
    const { clock, stableMs } = this.#options
    const wasStable = this.#state === 'connected' && clock.now() - this.#connectedAt >= stableMs
    const movedTo = this.#moving ? this.#urlsAfterMove : undefined
    this.#release(reason)
    const error = this.#error ?? errorOfClose(code, reason)
    const retryInMs = this.#next.after({ movedTo, error: error?.code, wasStable })
    if (typeof retryInMs === 'string') {
      this.#state = 'closed'
      this.#ended(url, code, reason)
      if (retryInMs === 'refused' && error !== undefined) this.#events.emit('refused', error)
      return
    }
    this.#state = 'waiting'
    this.#cancelTimer = clock.after(retryInMs, () => this.#attempt())
    this.#events.emit('disconnected', { url, code, reason, willRetry: true, retryInMs })
  }

  #ended(url: string, code: number, reason: string): void {
    this.#events.emit('disconnected', { url, code, reason, willRetry: false, retryInMs: 0 })
  }

  /** Lets go of connection and timer. */
  #release(reason: string): void {
    this.#cancelTimer()
    this.#welcome = undefined
    this.#moving = false
    this.#connection?.close(reason)
    this.#connection = undefined
  }
}
