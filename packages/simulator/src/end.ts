import type { SendResult } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Attachment, CrashNotice, Host, HostStats } from './host.ts'
import { isLost } from './loss.ts'
import type { Profile, Sink } from './profile.ts'
import { Trace } from './trace.ts'
import { HOLDS, Unheard } from './unheard.ts'

/**
 * One end of a connection: what it sends, and what arrives for it.
 *
 * Invariants: frames arrive in the order they were sent, or never; a goodbye arrives behind them;
 * there is no event for an end that is heard of, and one for an end that is not.
 */
export class End implements EventHandler, Attachment {
  // What every frame needs comes first: at 10,000 peers, memory that is touched is what costs.
  readonly #sink: Sink
  #other: End | undefined
  #remoteId: PeerId | undefined
  readonly profile: Profile
  /** From where to where, for the trace. */
  #route = 0
  /** Whether frames go straight to the sink: it is open, its host runs, and nothing is held up. */
  #clear = true
  #outstandingBytes = 0
  #congested = false
  #open = true
  /** Whether neither loss nor a fallen delay need a look. */
  #plain = true
  /** As a whole number it lies in this object, which one with a fraction would not. */
  #delayMicros: number
  #frames = 0
  #bytes = 0
  readonly host: Host
  readonly latencyMs: number
  #lossRate = 0
  #busyUntil = 0
  /** Nothing arrives before: what was sent last does then, at the latest. */
  #notBefore = 0
  /** After `close`: when all that was sent has arrived, by the simulation's time. */
  arrivedAt = 0
  #received = 0
  readonly #life: number
  #unheard = 0
  #held: { kind: number; payload: unknown }[] | undefined
  #draining = false
  #silence = 0

  constructor(host: Host, sink: Sink, profile: Profile, latencyMs: number) {
    this.host = host
    this.latencyMs = latencyMs
    this.#delayMicros = Math.round(latencyMs * 1000)
    this.#sink = sink
    this.profile = profile
    this.#life = host.life
  }

  /** Makes two ends one connection. */
  join(other: End): void {
    this.#other = other
    other.#other = this
    this.#remoteId = other.host.id
    other.#remoteId = this.host.id
    this.#route = Trace.route(other.host.index, this.host.index)
    other.#route = Trace.route(this.host.index, other.host.index)
    for (const end of [this, other]) {
      end.host.attachments.add(end)
      end.partitionChanged()
      end.slowdownChanged()
      if (end.host.state === 'paused') end.hostPaused()
    }
  }

  get open(): boolean {
    return this.#open
  }

  /** The host at the other end. */
  get remote(): Host {
    return this.#peer.host
  }

  /** Its id. */
  get remoteId(): PeerId {
    return this.#remoteId as PeerId
  }

  /** Bytes sent that have not arrived. */
  get outstandingBytes(): number {
    return this.#outstandingBytes
  }

  send(frame: Uint8Array): SendResult {
    if (!this.#open) return 'gone'
    const { windowBytes, copyFrames } = this.profile
    if (this.#congested || this.#outstandingBytes >= windowBytes) {
      this.#congested = true
      return 'congested'
    }
    this.#frames++
    this.#bytes += frame.length
    if (!this.#plain && isLost(this.host, this.remote, this.#frames, this.#lossRate)) return 'sent'
    this.#outstandingBytes += frame.length
    this.#dispatch(EventKind.frame, copyFrames ? frame.slice() : frame, frame.length)
    return 'sent'
  }

  /** Ends it, behind what was sent; `reason` is what the other end is told. */
  close(reason: unknown): void {
    if (!this.#open) return
    this.arrivedAt = this.#dispatch(EventKind.bye, reason, 0)
    this.#shut()
  }

  /** From now on this end hears nothing, or hears again. */
  mute(muted: boolean): void {
    this.#hear(Unheard.muted, !muted)
  }

  hostCrashed(notice: CrashNotice): void {
    if (!this.#open) return
    const told = notice === 'at-once' || (notice === 'process' && this.profile.isSocket)
    if (told) this.#dispatch(EventKind.bye, this.profile.broken, 0)
    else this.#peer.#hear(Unheard.dead, false)
    this.#shut()
  }

  hostPaused(): void {
    this.#look()
    this.#peer.#hear(Unheard.paused, false)
  }

  hostResumed(): void {
    this.#look()
    this.#peer.#hear(Unheard.paused, true)
  }

  hostLeft(): void {
    this.close(this.profile.left)
  }

  partitionChanged(): void {
    const { group } = this.host
    const other = this.#peer.host.group
    this.#hear(Unheard.partitioned, group === undefined || other === undefined || group === other)
  }

  /** Drops that share of the frames sent from here on, 0 to 1. */
  lose(lossRate: number): void {
    this.#lossRate = lossRate
    this.#plain = lossRate === 0 && this.#notBefore === 0
  }

  slowdownChanged(): void {
    const from = this.#peer
    const before = from.#delayMicros
    from.#delayMicros = Math.round(this.latencyMs * this.host.slowdown * 1000)
    if (from.#delayMicros < before) {
      from.#plain = false
      const leave = Math.max(this.profile.simulation.now, from.#busyUntil)
      from.#notBefore = Math.max(from.#notBefore, leave + before / 1000)
    }
  }

  addTo(stats: HostStats): void {
    if (this.profile.isSocket) {
      stats.messages += this.#frames
      stats.messageBytes += this.#bytes
      stats.messagesReceived += this.#received
    } else {
      stats.frames += this.#frames
      stats.bytes += this.#bytes
    }
  }

  handle(kind: number, payload: unknown): void {
    if (this.#clear && kind === EventKind.frame) {
      this.#deliver(kind, payload)
      return
    }
    if (!this.#open || !this.host.admits(this.#life, this, kind, payload)) return
    if (kind === EventKind.drain) this.#drain()
    else if (kind === EventKind.flush) this.#flush()
    else if (kind === EventKind.silence) this.#timeOut()
    else if (this.#held !== undefined || (this.#unheard & HOLDS) !== 0) {
      this.#held ??= []
      this.#held.push({ kind, payload })
      this.#look()
    } else this.#deliver(kind, payload)
  }

  get #peer(): End {
    return this.#other as End
  }

  /** @returns when it arrives */
  #dispatch(kind: number, payload: unknown, size: number): number {
    const { bandwidth, simulation } = this.profile
    let leave = simulation.now
    if (bandwidth !== Number.POSITIVE_INFINITY) {
      leave = Math.max(leave, this.#busyUntil) + size / bandwidth
      this.#busyUntil = leave
    }
    let arrival = leave + this.#delayMicros / 1000
    // Times rise by themselves unless the delay just fell.
    if (!this.#plain) arrival = Math.max(arrival, this.#notBefore)
    simulation.schedule(arrival, this.#peer, kind, payload)
    return arrival
  }

  #deliver(kind: number, payload: unknown): void {
    const from = this.#peer
    if (kind === EventKind.bye) {
      this.#record(kind, 0)
      this.#end(payload)
      return
    }
    const frame = payload as Uint8Array
    this.#record(kind, frame.length)
    from.#outstandingBytes -= frame.length
    if (from.#congested) from.#relieve()
    if (this.profile.isSocket) this.#received++
    this.#sink.frame(this, frame)
  }

  /** Half of the window is free again: the sender learns of it one latency later. */
  #relieve(): void {
    const { windowBytes } = this.profile
    if (this.#draining || !this.#open || this.#outstandingBytes > windowBytes / 2) return
    this.#draining = true
    const { simulation } = this.host
    simulation.schedule(simulation.now + this.latencyMs, this, EventKind.drain)
  }

  #drain(): void {
    this.#record(EventKind.drain, 0)
    this.#draining = false
    this.#congested = false
    this.#sink.drain(this)
  }

  #hear(reason: number, heard: boolean): void {
    const before = this.#unheard
    this.#unheard = heard ? before & ~reason : before | reason
    if (this.#unheard === before || !this.#open) return
    this.#look()
    const { simulation } = this.host
    if (before === 0) {
      const at = simulation.now + this.profile.silenceMs
      this.#silence = simulation.schedule(at, this, EventKind.silence)
    } else if (this.#unheard === 0) {
      simulation.cancel(this.#silence)
    }
    if (this.#held !== undefined && (this.#unheard & HOLDS) === 0) {
      simulation.schedule(simulation.now + this.latencyMs, this, EventKind.flush)
    }
  }

  /** Brings what was held up while nothing came through. */
  #flush(): void {
    if ((this.#unheard & HOLDS) !== 0) return
    const held = this.#held ?? []
    this.#held = undefined
    this.#look()
    for (const { kind, payload } of held) if (this.#open) this.#deliver(kind, payload)
  }

  #timeOut(): void {
    if (this.#unheard === 0) return // a paused host heard again before it could look
    this.#record(EventKind.silence, 0)
    const { silent } = this.profile
    this.#dispatch(EventKind.bye, silent, 0)
    this.#end(silent)
  }

  #end(reason: unknown): void {
    this.#shut()
    this.#sink.ended(this, reason)
  }

  #shut(): void {
    this.#open = false
    this.#clear = false
    this.#held = undefined
    if (this.#unheard !== 0) this.host.simulation.cancel(this.#silence)
    this.host.detach(this)
  }

  #look(): void {
    const running = this.host.state === 'running'
    this.#clear = running && this.#open && this.#held === undefined && (this.#unheard & HOLDS) === 0
  }

  #record(kind: number, size: number): void {
    const { simulation } = this.profile
    simulation.trace.add(simulation.now, kind, this.#route, size)
  }
}
