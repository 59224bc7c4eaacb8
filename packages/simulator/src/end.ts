import type { SendResult } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { EventKind } from './event-kind.ts'
import { Hearing, type Listener } from './hearing.ts'
import type { Attachment, CrashNotice, Host, HostStats } from './host.ts'
import { isLost } from './loss.ts'
import type { Profile, Sink } from './profile.ts'
import { Trace } from './trace.ts'
import { Unheard } from './unheard.ts'

/**
 * One end of a connection: what it sends, and what arrives for it.
 *
 * Invariants: frames arrive in the order they were sent, or never; a goodbye arrives behind them;
 * there is no event for an end that is heard of, and at most two for an end that is not.
 */
export class End implements Listener, Attachment {
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
  #held: { kind: number; payload: unknown }[] | undefined
  #draining = false
  /** Made when first something is not heard. */
  #hearing: Hearing | undefined

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

  /** Asks for a sign of life: an end that hears nothing is suspect soon. */
  check(): void {
    if (this.#open) this.#hearing?.check()
  }

  noticed(kind: number): void {
    this.#record(kind, 0)
    if (kind === EventKind.suspect) this.#sink.suspect(this)
    else if (kind === EventKind.recovered) this.#sink.recovered(this)
    else {
      this.#dispatch(EventKind.bye, this.profile.unheard, 0)
      this.#end(this.profile.silent)
    }
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
    const { isSocket } = this.profile
    stats[isSocket ? 'messages' : 'frames'] += this.#frames
    stats[isSocket ? 'messageBytes' : 'bytes'] += this.#bytes
    stats.messagesReceived += this.#received
  }

  handle(kind: number, payload: unknown): void {
    if (this.#clear && kind === EventKind.frame) {
      this.#deliver(kind, payload)
      return
    }
    if (!this.#open || !this.host.admits(this.#life, this, kind, payload)) return
    if (kind === EventKind.drain) this.#drain()
    else if (kind === EventKind.flush) this.#flush()
    else if (kind >= EventKind.suspect) this.#hearing?.due(kind)
    else if (this.#held !== undefined || this.#holds) {
      this.#held ??= []
      this.#held.push({ kind, payload })
      this.#look()
    } else this.#deliver(kind, payload)
  }

  get #peer(): End {
    return this.#other as End
  }

  get #holds(): boolean {
    return this.#hearing?.holds === true
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
    const { windowBytes, simulation } = this.profile
    if (this.#draining || !this.#open || this.#outstandingBytes > windowBytes / 2) return
    this.#draining = true
    simulation.schedule(simulation.now + this.latencyMs, this, EventKind.drain)
  }

  #drain(): void {
    this.#record(EventKind.drain, 0)
    this.#draining = false
    this.#congested = false
    this.#sink.drain(this)
  }

  #hear(reason: number, heard: boolean): void {
    if (!this.#open || (heard && this.#hearing === undefined)) return
    this.#hearing ??= new Hearing(this)
    if (!this.#hearing.set(reason, heard)) return
    this.#look()
    if (this.#held !== undefined && !this.#holds) {
      const { simulation } = this.profile
      simulation.schedule(simulation.now + this.latencyMs, this, EventKind.flush)
    }
  }

  /** Brings what was held up while nothing came through. */
  #flush(): void {
    if (this.#holds) return
    const held = this.#held ?? []
    this.#held = undefined
    this.#look()
    for (const { kind, payload } of held) if (this.#open) this.#deliver(kind, payload)
  }

  #end(reason: unknown): void {
    this.#shut()
    this.#sink.ended(this, reason)
  }

  #shut(): void {
    this.#open = false
    this.#clear = false
    this.#held = undefined
    this.#hearing?.stop()
    this.host.detach(this)
  }

  #look(): void {
    this.#clear = this.#open && !this.#held && !this.#holds && this.host.state === 'running'
  }

  #record(kind: number, size: number): void {
    const { simulation } = this.profile
    simulation.trace.add(simulation.now, kind, this.#route, size)
  }
}
