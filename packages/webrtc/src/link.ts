import {
  type CloseReason,
  Emitter,
  type Link,
  type LinkEvents,
  type LinkFingerprints,
  type Refusal,
  type SendResult,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { IceServer, RtcChannel, RtcPeer } from './engine.ts'
import { farewell } from './farewell.ts'
import { fingerprintsOf, MISTRUSTED } from './fingerprint.ts'
import { Ability, bye, control, hello, Kind, readFragment } from './fragments.ts'
import { withServers } from './ice-servers.ts'
import { listenTo } from './listen-to.ts'
import { Liveness } from './liveness.ts'
import { Mending } from './mending.ts'
import { Negotiation } from './negotiation.ts'
import type { LinkSettings } from './options.ts'
import { Reassembler } from './reassembler.ts'
import { SendQueue } from './send-queue.ts'
import { shut } from './shut.ts'

/** Both sides agree on it without a word (`negotiated`), so it is open one round trip earlier. */
const CHANNEL = { negotiated: true, id: 0, ordered: true } as const

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
  readonly #reassembler: Reassembler
  readonly #cancelConnectTimeout: () => void
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #channel: RtcChannel | undefined
  #queue: SendQueue | undefined
  #liveness: Liveness | undefined
  /** What the other side can do, {@link Ability} bits. */
  #abilities = 0
  #fingerprints: LinkFingerprints | undefined
  #malformed = 0
  /** Resolves when nothing is left of the connection. */
  #gone: Promise<void> | undefined
  #finish: (() => void) | undefined

  constructor(self: PeerId, remote: PeerId, dial: boolean, settings: LinkSettings) {
    this.remote = remote
    this.maxFrameBytes = settings.maxFrameBytes
    this.#settings = settings
    this.#reassembler = new Reassembler(settings.maxFrameBytes)
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
    return this.#negotiation.rejected + this.#malformed
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

  send(frame: Uint8Array): SendResult {
    if (this.#state !== 'open' || this.#queue === undefined) return 'gone'
    if (frame.length > this.maxFrameBytes) return 'too-large'
    return this.#queue.send(frame)
  }

  check(): void {
    if (this.#state === 'open') this.#liveness?.check()
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

  #createPeer(iceServers: readonly IceServer[]): RtcPeer {
    if (this.#state === 'closed') throw new Error('closed while servers were asked for')
    const last = this.#negotiation.peer
    const channelBefore = this.#channel
    const peer = this.#settings.engine.create({ iceServers })
    listenTo(peer, {
      isCurrent: () => this.#negotiation.peer === peer,
      found: (candidate) => this.#negotiation.found(candidate),
      renegotiate: () => this.#negotiation.renegotiate(),
      connected: () => {
        if (this.#state === 'connecting') this.#events.emit('progress')
      },
      broken: () => this.#broken(),
    })
    this.#channel = this.#createChannel(peer)
    if (last !== undefined) void shut(last, channelBefore)
    return peer
  }

  #createChannel(peer: RtcPeer): RtcChannel {
    const channel = peer.createDataChannel('pigeon', CHANNEL)
    const current = () => this.#channel === channel
    channel.binaryType = 'arraybuffer'
    channel.addEventListener('open', () => {
      if (!current()) return
      this.#open(channel)
      const { iceRestart } = this.#settings.engine.traits
      this.#queue?.sendNow(hello(iceRestart ? Ability.iceRestart : 0))
    })
    // `closing`: the other side closed it; the rest may take its time or get lost.
    for (const ending of ['closing', 'close']) {
      channel.addEventListener(ending, () => {
        if (current()) this.#broken()
      })
    }
    channel.addEventListener('message', ({ data }) => {
      if (current()) this.#receive(channel, data)
    })
    return channel
  }

  #open(channel: RtcChannel): void {
    if (this.#state !== 'connecting') return
    const { clock, engine, fragmentBytes, windowBytes } = this.#settings
    this.#fingerprints = fingerprintsOf(this.#negotiation.peer)
    if (this.#fingerprints === undefined) {
      this.#end('failed', 'at once', MISTRUSTED)
      return
    }
    this.#cancelConnectTimeout()
    this.#negotiation.opened()
    const queue = new SendQueue({
      channel,
      clock,
      fragmentBytes: Math.min(fragmentBytes, this.#negotiation.maxMessageBytes),
      windowBytes,
      bufferBytes: Math.min(engine.traits.bufferBytes, windowBytes),
      drained: () => {
        if (this.#state === 'open') this.#events.emit('drain')
      },
      failed: () => this.#broken(),
    })
    this.#queue = queue
    this.#liveness = new Liveness({
      ...this.#settings,
      ping: () => queue.sendNow(control(Kind.ping)),
      suspect: () => this.#fellSilent(),
      recovered: () => this.#events.emit('recovered'),
      timeout: () => this.#end('timeout'),
    })
    this.#state = 'open'
    this.#events.emit('open')
  }

  #receive(channel: RtcChannel, data: unknown): void {
    // The first message may overtake the engine's word that the channel is open.
    if (this.#state === 'connecting') this.#open(channel)
    const fragment = readFragment(data)
    if (fragment === undefined) {
      this.#violated()
      return
    }
    if (fragment.kind !== 'bye') this.#liveness?.heard() // what says goodbye has not recovered
    if (fragment.kind === 'piece') {
      this.#receivePiece(fragment.bytes, fragment.last)
    } else if (fragment.kind === 'batch') {
      for (const frame of fragment.frames) this.#receiveFrame(frame)
    } else if (fragment.kind === 'bye') {
      this.#queue?.sendNow(control(Kind.byeAck))
      this.#end(fragment.reason, 'linger')
    } else if (fragment.kind === 'byeAck') {
      this.#finish?.()
    } else if (fragment.kind === 'ping') {
      this.#queue?.sendNow(control(Kind.pong))
    } else if (fragment.kind === 'hello') {
      this.#abilities = fragment.abilities
    }
  }

  #receivePiece(bytes: Uint8Array, last: boolean): void {
    if (this.#state !== 'open') return
    const frame = this.#reassembler.take(bytes, last)
    if (frame === 'too-large') this.#violated()
    else if (frame !== undefined) this.#receiveFrame(frame)
  }

  #receiveFrame(frame: Uint8Array): void {
    if (this.#state === 'open') this.#events.emit('frame', frame) // not if closed within the batch
  }

  #fellSilent(): void {
    if (this.mends) this.#mending.start()
    this.#events.emit('suspect')
  }

  #violated(): void {
    this.#malformed++
    this.#end('failed')
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
        return shut(this.#negotiation.peer, this.#channel)
      },
    })
    this.#negotiation.forget()
    this.#channel = undefined
    this.#queue = undefined
  }
}
