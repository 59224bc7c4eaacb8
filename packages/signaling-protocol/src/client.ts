import { Emitter, type SendResult, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Backoff } from './backoff.ts'
import type { GoAway, Welcome } from './bodies.ts'
import type { SignalingEvents, SignalingState, SignalingStats } from './client-events.ts'
import { helloBytes, proofBytes } from './client-handshake.ts'
import {
  type ResolvedClientOptions,
  resolveClientOptions,
  type SignalingClientOptions,
} from './client-options.ts'
import { CLOSE_ABNORMAL, CLOSE_NORMAL, type ErrorCode, errorOfClose, FATAL_CODES } from './codes.ts'
import { Heartbeat } from './heartbeat.ts'
import { HubUrls } from './hub-urls.ts'
import { MAX_MESSAGE_BYTES, RELAY_HEADER_BYTES, SUBPROTOCOL, VERSIONS } from './limits.ts'
import {
  decodeHubMessage,
  encodeClientMessage,
  encodeRelay,
  type HubMessage,
  type Undeliverable,
} from './messages.ts'
import { afterPunctually } from './punctual.ts'
import { newSession } from './session.ts'
import type { MessageSocket } from './socket.ts'

/** The shortest time between two attempts that something woke, ms. */
const MIN_RETRY_MS = 1000

/** Errors that another hub may not have. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['VERSION', 'AUTH_REQUIRED', 'AUTH_FAILED'])

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
  readonly #backoff: Backoff
  /** One secret for each hub, so that no hub learns what another would accept. */
  readonly #sessions = new Map<string, string>()
  readonly #stats: SignalingStats = { attempts: 0, received: 0, unknown: 0, malformed: 0 }
  readonly #urls: HubUrls
  #failures = 0
  #state: SignalingState = 'idle'
  #socket: MessageSocket | undefined
  #detach: Unsubscribe[] = []
  #cancelTimer: () => void = () => {}
  #heartbeat: Heartbeat | undefined
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
    this.#urls = new HubUrls(resolved.urls)
    this.#backoff = new Backoff(resolved.backoffMinMs, resolved.backoffMaxMs, resolved.random)
  }

  get state(): SignalingState {
    return this.#state
  }

  /** The hub that is connected or tried next; `undefined` once every hub refused. */
  get url(): string | undefined {
    return this.#urls.current
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
    this.#heartbeat?.check()
    const { clock, stableMs } = this.#options
    const idleMs = clock.now() - this.#attemptedAt
    if (this.#state !== 'waiting' || idleMs < MIN_RETRY_MS) return
    if (idleMs >= stableMs) this.#backoff.reset()
    this.#cancelTimer()
    this.#attempt()
  }

  /** Says goodbye to the hub and ends for good. */
  close(): void {
    const { url } = this
    const before = this.#state
    if (before === 'closed') return
    if (before === 'connected') this.#socket?.send(encodeClientMessage({ type: 'goodbye' }))
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
    const socket = this.#socket
    if (this.#state !== 'connected' || socket === undefined || this.#moving) return 'gone'
    const { bufferedBytes } = socket
    if (bufferedBytes > 0 && bufferedBytes + bytes > this.#options.maxBufferedBytes) {
      return 'congested'
    }
    socket.send(encode())
    this.#heartbeat?.sent()
    return 'sent'
  }

  #attempt(): void {
    const { connect, clock, connectTimeoutMs } = this.#options
    this.#state = 'connecting'
    this.#attemptedAt = clock.now()
    this.#stats.attempts++
    this.#error = undefined
    const socket = connect(this.url as string, [SUBPROTOCOL])
    this.#socket = socket
    this.#detach = [
      socket.on('open', () => this.#hello(socket)),
      socket.on('message', (bytes) => this.#message(bytes)),
      socket.on('close', (code, reason) => this.#lost(code, reason)),
    ]
    this.#cancelTimer = afterPunctually(clock, connectTimeoutMs, () =>
      this.#lost(CLOSE_ABNORMAL, `no answer within ${connectTimeoutMs} ms`),
    )
  }

  #hello(socket: MessageSocket): void {
    const url = this.url as string
    const session = this.#sessions.get(url) ?? newSession(this.#options.random)
    this.#sessions.set(url, session)
    socket.send(helloBytes(this.#options, session))
  }

  /** Answers a CHALLENGE, on the connection it came by. */
  #prove(nonce: string): void {
    const { self: peerId, network } = this
    const { prove } = this.#options
    const socket = this.#socket
    const url = this.url as string
    if (prove === undefined || socket === undefined || this.#state !== 'connecting') {
      this.#stats.malformed++
      return
    }
    proofBytes(prove, { peerId, network, url, nonce }).then(
      (bytes) => socket.send(bytes),
      (error: unknown) => {
        if (this.#socket === socket) this.#lost(CLOSE_ABNORMAL, `cannot sign: ${String(error)}`)
      },
    )
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
    this.#socket?.send(encodeClientMessage({ type: 'goodbye' }))
    const { clock } = this.#options
    this.#cancelTimer = clock.after(GOODBYE_MS, () => this.#lost(CLOSE_NORMAL, 'moved'))
  }

  #message(bytes: Uint8Array): void {
    this.#stats.received++
    this.#heartbeat?.heard()
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
    const { clock, pongTimeoutMs, missedPongs } = this.#options
    const url = this.url as string
    this.#cancelTimer()
    this.#sessions.set(url, welcome.session)
    this.#welcome = welcome
    this.#state = 'connected'
    this.#failures = 0
    this.#connectedAt = clock.now()
    this.#heartbeat = new Heartbeat({
      clock,
      intervalMs: welcome.heartbeatMs,
      answerMs: pongTimeoutMs,
      misses: missedPongs,
      ping: () => this.#socket?.send(encodeClientMessage({ type: 'ping' })),
      dead: () => this.#lost(CLOSE_ABNORMAL, 'the hub does not answer'),
    })
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
    const { clock, stableMs, maxAttempts } = this.#options
    const stable = this.#state === 'connected' && clock.now() - this.#connectedAt >= stableMs
    const moving = this.#moving
    this.#release(reason)
    const error = this.#error ?? errorOfClose(code, reason)
    if (moving) {
      this.#backoff.reset()
      this.#urls.divert(this.#urlsAfterMove)
    } else if (error !== undefined && FATAL_CODES.has(error.code)) {
      // Another hub may take us; whoever has our id would be met there again.
      if (ELSEWHERE.has(error.code)) this.#urls.drop()
      else this.#urls.dropAll()
      if (this.#urls.current === undefined) {
        this.#state = 'closed'
        this.#ended(url, code, reason)
        this.#events.emit('refused', error)
        return
      }
    } else if (stable) {
      this.#backoff.reset()
      this.#urls.rewind()
    } else {
      this.#failures++
      this.#urls.advance()
    }
    if (this.#failures >= maxAttempts) {
      this.#state = 'closed'
      this.#ended(url, code, reason)
      return
    }
    const retryInMs = moving ? 0 : this.#backoff.next()
    if (this.#urls.atFirst && !moving) this.#backoff.grow()
    this.#state = 'waiting'
    this.#cancelTimer = clock.after(retryInMs, () => this.#attempt())
    this.#events.emit('disconnected', { url, code, reason, willRetry: true, retryInMs })
  }

  #ended(url: string, code: number, reason: string): void {
    this.#events.emit('disconnected', { url, code, reason, willRetry: false, retryInMs: 0 })
  }

  /** Lets go of socket and timers; the socket's own events are not heard any more. */
  #release(reason: string): void {
    for (const unsubscribe of this.#detach) unsubscribe()
    this.#detach = []
    this.#cancelTimer()
    this.#heartbeat?.stop()
    this.#heartbeat = undefined
    this.#welcome = undefined
    this.#moving = false
    this.#socket?.close(CLOSE_NORMAL, reason)
    this.#socket = undefined
  }
}
