import {
  type CloseReason,
  Emitter,
  type Lane,
  type Link,
  type LinkEvents,
  type LinkFingerprints,
  type Refusal,
  type SendResult,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Channels, createChannels } from './channels.ts'
import type { IceServer, RtcPeer } from './engine.ts'
import { farewell } from './farewell.ts'
import { MISTRUSTED } from './fingerprint.ts'
import { Ability, bye, control, type Fragment, hello, isSpoken, Kind } from './fragments.ts'
import { withServers } from './ice-servers.ts'
import type { LinkStats } from './link-stats.ts'
import { listenTo } from './listen-to.ts'
import { Liveness } from './liveness.ts'
import { Mending } from './mending.ts'
import { Meter } from './meter.ts'
import { Negotiation } from './negotiation.ts'
import type { LinkSettings } from './options.ts'
import { Receiver } from './receiver.ts'
import { SendQueue } from './send-queue.ts'
import { shut } from './shut.ts'

/** How a link ends whose other side speaks another version of the format. */
const OTHER_VERSION: Refusal = { code: 'VERSION', by: 'self' }

/**
 * One WebRTC connection with one reliable, ordered data channel. Made by {@link WebRtcLinks}.
 *
 * It goes `connecting` → `open` → `closed`, never back, and `close` is emitted exactly once. While
 * it is open, `suspect` and `recovered` take turns.
 */
export class WebRtcLink implements Link {
  readonly remote: PeerId
  readonly maxFrameBytes: number
  readonly #settings: LinkSettings
  readonly #events = new Emitter<LinkEvents>()
  readonly #negotiation: Negotiation
  readonly #mending: Mending
  readonly #receiver: Receiver
  readonly #meter: Meter
  readonly #cancelConnectTimeout: () => void
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #channels: Channels | undefined
  #queue: SendQueue | undefined
  #liveness: Liveness | undefined
  /** What the other side can do, {@link Ability} bits. */
  #abilities = 0
  #fingerprints: LinkFingerprints | undefined
  /** Resolves when nothing is left of the connection. */
  #gone: Promise<void> | undefined
  #finish: (() => void) | undefined

  constructor(self: PeerId, remote: PeerId, dial: boolean, settings: LinkSettings) {
    this.remote = remote
    this.maxFrameBytes = settings.maxFrameBytes
    this.#settings = settings
    this.#receiver = this.#createReceiver()
    this.#meter = new Meter(settings.clock, () => this.#queue?.sendNow(control(Kind.ping)))
    this.#negotiation = new Negotiation({
      polite: self < remote,
      random: settings.random,
      iceRestart: settings.engine.traits.iceRestart,
      createPeer: () => withServers(settings.iceServers, (list) => this.#createPeer(list)),
      signal: (signal) => this.#events.emit('signal', signal),
      failed: () => this.#end('failed'),
      mistrusted: () => this.#end('failed', 'at once', MISTRUSTED),
    })
    this.#mending = new Mending({
      clock: settings.clock,
      restart: () => this.#negotiation.restart(),
      remind: () => this.#negotiation.remind(),
    })
    const timeOut = () => this.#end('timeout')
    this.#cancelConnectTimeout = settings.clock.after(settings.connectTimeoutMs, timeOut)
    if (dial) this.#negotiation.dial()
  }

  get state(): 'connecting' | 'open' | 'closed' {
    return this.#state
  }

  get connection(): string | undefined {
    return this.#negotiation.connection
  }

  /** Of the descriptions in force when it opened; later ones must have the same. */
  get fingerprints(): LinkFingerprints | undefined {
    return this.#fingerprints
  }

  /** Whether both sides' engines can restart ICE, which a link that is suspect does by itself. */
  get mends(): boolean {
    return this.#settings.engine.traits.iceRestart && (this.#abilities & Ability.iceRestart) !== 0
  }

  /** Signals and fragments of the other side that made no sense, or were too many. */
  get rejected(): number {
    return this.#negotiation.rejected + this.#receiver.rejected
  }

  /**
   * The engine's peer connection, for descriptions, statistics and media; another one after each
   * attempt, the last once the link is open, none when all of it is gone. Tracks added to an open
   * link are negotiated.
   */
  get peer(): RtcPeer | undefined {
    return this.#negotiation.peer
  }

  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  signal(signal: unknown): void {
    this.#negotiation.receive(signal)
  }

  send(frame: Uint8Array, lane: Lane = 'prompt'): SendResult {
    if (this.#state !== 'open' || this.#queue === undefined) return 'gone'
    if (frame.length > this.maxFrameBytes) return 'too-large'
    const result = this.#queue.send(frame, lane)
    if (result === 'sent') this.#meter.sent(frame.length)
    return result
  }

  check(): void {
    if (this.#state === 'open') this.#liveness?.check()
  }

  /** Measures the round trip and looks at the path; takes up to 2 s. Of an open link. */
  stats(): Promise<LinkStats> {
    return this.#meter.stats(this.peer, this.#queue?.outstandingBytes ?? 0)
  }

  close(reason: CloseReason = 'local'): Promise<void> {
    if (this.#state === 'open') {
      this.#queue?.finish(bye(reason))
      this.#end(reason, 'linger')
    } else {
      this.#end(reason)
    }
    return this.#gone ?? Promise.resolve()
  }

  /** Of a link that was closed: waits no longer for the other side to confirm it. */
  hurry(): void {
    this.#finish?.()
  }

  #createPeer(iceServers: readonly IceServer[]): RtcPeer {
    if (this.#state === 'closed') throw new Error('closed while servers were asked for')
    const last = this.#negotiation.peer
    const channelsBefore = this.#channels
    const { iceTransportPolicy } = this.#settings
    const peer = this.#settings.engine.create({ iceServers, iceTransportPolicy })
    listenTo(peer, {
      isCurrent: () => this.#negotiation.peer === peer,
      found: (candidate) => this.#negotiation.found(candidate),
      renegotiate: () => this.#negotiation.renegotiate(),
      connected: () => {
        if (this.#state === 'connecting') this.#events.emit('progress')
      },
      broken: () => this.#broken(),
    })
    this.#channels = createChannels(peer, {
      isCurrent: (channels) => this.#channels === channels,
      opened: (channels) => {
        this.#open(channels)
        const { iceRestart } = this.#settings.engine.traits
        this.#queue?.sendNow(hello(Ability.lanes | (iceRestart ? Ability.iceRestart : 0)))
      },
      message: (channels, data) => this.#receive(channels, data),
      loose: (data) => this.#receiver.receiveLoose(data),
      broken: () => this.#broken(),
    })
    if (last !== undefined) void shut(last, channelsBefore?.main)
    return peer
  }

  #open(channels: Channels): void {
    if (this.#state !== 'connecting') return
    const { clock, engine, fragmentBytes, windowBytes } = this.#settings
    this.#fingerprints = this.#negotiation.fingerprints
    if (this.#fingerprints === undefined) {
      this.#end('failed', 'at once', MISTRUSTED)
      return
    }
    this.#cancelConnectTimeout()
    this.#negotiation.opened()
    const queue = new SendQueue({
      channel: channels.main,
      loose: channels.loose,
      clock,
      fragmentBytes: Math.min(fragmentBytes, this.#negotiation.maxMessageBytes),
      windowBytes,
      bufferBytes: Math.min(engine.traits.bufferBytes, windowBytes),
      drained: (lane) => {
        if (this.#state === 'open') this.#events.emit('drain', lane)
      },
      failed: () => this.#broken(),
    })
    this.#queue = queue
    this.#liveness = new Liveness({
      ...this.#settings,
      ping: () => this.#meter.ping(),
      suspect: () => this.#fellSilent(),
      recovered: () => this.#events.emit('recovered'),
      timeout: () => this.#end('timeout'),
    })
    this.#state = 'open'
    this.#events.emit('open')
  }

  #receive(channels: Channels, data: unknown): void {
    // The first message may overtake the engine's word that the channel is open.
    if (this.#state === 'connecting') this.#open(channels)
    this.#receiver.receive(data)
  }

  #createReceiver(): Receiver {
    return new Receiver(this.maxFrameBytes, {
      heard: () => this.#liveness?.heard(),
      frame: (frame, lane) => {
        // Not before it is open, nor if it was closed within a batch.
        if (this.#state !== 'open') return
        this.#meter.received(frame.length)
        this.#events.emit('frame', frame, lane)
      },
      hello: (hello) => this.#greeted(hello),
      bye: (reason) => {
        this.#queue?.sendNow(control(Kind.byeAck))
        this.#end(reason, 'linger')
      },
      byeAck: () => this.#finish?.(),
      ping: () => this.#queue?.sendNow(control(Kind.pong)),
      pong: () => this.#meter.ponged(),
      violated: () => this.#end('failed'),
    })
  }

  #greeted({ abilities, versions }: Fragment & { kind: 'hello' }): void {
    this.#abilities = abilities
    if (!isSpoken(versions)) {
      this.#queue?.finish(bye('rejected'))
      this.#end('rejected', 'linger', OTHER_VERSION)
    } else if ((abilities & Ability.lanes) !== 0) {
      this.#queue?.useLanes()
    }
  }

  #fellSilent(): void {
    if (this.mends) this.#mending.start()
    this.#events.emit('suspect')
  }

  /** The engine says there is no connection any more. */
  #broken(): void {
    this.#end('failed')
    this.#finish?.()
  }

  /**
   * @param how `linger` keeps the connection until both sides know what was sent has arrived, at
   * most `closeTimeoutMs`
   */
  #end(reason: CloseReason, how: 'at once' | 'linger' = 'at once', refusal?: Refusal): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancelConnectTimeout()
    this.#liveness?.stop()
    this.#mending.stop()
    this.#negotiation.close()
    this.#receiver.clear()
    this.#gone = this.#leave(how === 'linger')
    this.#events.emit('close', reason, refusal)
  }

  async #leave(linger: boolean): Promise<void> {
    const { clock, closeTimeoutMs: timeoutMs } = this.#settings
    const confirm = (resolve: () => void) => {
      this.#finish = resolve
    }
    await farewell({
      clock,
      timeoutMs,
      confirmed: linger ? new Promise(confirm) : undefined,
      shut: () => {
        this.#queue?.stop()
        return shut(this.#negotiation.peer, this.#channels?.main)
      },
    })
    this.#negotiation.forget()
    this.#channels = undefined
    this.#queue = undefined
  }
}
