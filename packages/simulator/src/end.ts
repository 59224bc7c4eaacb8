import type { SendResult } from '@pigeon/transport'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Attachment, CrashNotice, Host } from './host.ts'
import { mix, toFraction } from './random-stream.ts'

/** Whoever uses one end of a connection. */
export interface Sink {
  frame(end: End, bytes: Uint8Array): void
  drain(end: End): void
  /** The end is over for a reason from outside: what the other end said, or silence. */
  ended(end: End, reason: unknown): void
}

/** What all connections of one sort have in common. */
export interface Profile {
  readonly windowBytes: number
  readonly silenceMs: number
  /** Bytes a millisecond. */
  readonly bandwidth: number
  readonly copyFrames: boolean
  /** Whether it carries messages of sockets rather than frames of links. */
  readonly isSocket: boolean
  /** Why an end is over when nothing was heard for too long. */
  readonly silent: unknown
  /** Why it is over when the other host's system reports a dead process. */
  readonly broken: unknown
  /** Why it is over when the other host left. */
  readonly left: unknown
}

// Why nothing is heard, one bit each.
const PARTITIONED = 1
const MUTED = 2
const PAUSED = 4
const DEAD = 8

/** What is on its way then stays there; the others only keep more from being sent. */
const HOLDS = PARTITIONED | MUTED

/**
 * One end of a connection: what it sends, and what arrives for it.
 *
 * Invariants: frames arrive in the order they were sent, or never; a goodbye arrives behind them;
 * there is no event for an end that is heard of, and one for an end that is not.
 */
export class End implements EventHandler, Attachment {
  readonly host: Host
  readonly latencyMs: number
  /** Frames to be dropped, 0 to 1. */
  lossRate = 0
  readonly profile: Profile
  readonly #sink: Sink
  readonly #life: number
  #other: End | undefined
  #open = true
  #outstandingBytes = 0
  #congested = false
  #draining = false
  #busyUntil = 0
  #lastArrival = 0
  #sent = 0
  #unheard = 0
  #silence = 0
  #held: { kind: number; payload: unknown }[] | undefined

  constructor(host: Host, sink: Sink, profile: Profile, latencyMs: number) {
    this.host = host
    this.latencyMs = latencyMs
    this.#sink = sink
    this.profile = profile
    this.#life = host.life
  }

  /** Makes two ends one connection. */
  join(other: End): void {
    this.#other = other
    other.#other = this
    for (const end of [this, other]) {
      end.host.attachments.add(end)
      end.partitionChanged()
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

  /** Bytes sent that have not arrived. */
  get outstandingBytes(): number {
    return this.#outstandingBytes
  }

  send(frame: Uint8Array): SendResult {
    if (!this.#open || this.host.life !== this.#life) return 'gone'
    const { windowBytes, copyFrames } = this.profile
    if (this.#congested || this.#outstandingBytes >= windowBytes) {
      this.#congested = true
      return 'congested'
    }
    this.#count(frame.length)
    if (this.lossRate > 0 && this.#isLost()) return 'sent'
    this.#outstandingBytes += frame.length
    this.#dispatch(EventKind.frame, copyFrames ? frame.slice() : frame, frame.length)
    return 'sent'
  }

  /** Ends it, behind what was sent; `reason` is what the other end is told. */
  close(reason: unknown): void {
    if (!this.#open) return
    this.#dispatch(EventKind.bye, reason, 0)
    this.#shut()
  }

  /** When all that was sent has arrived, by the simulation's time. */
  get arrivedAt(): number {
    return this.#lastArrival
  }

  /** From now on this end hears nothing, or hears again. */
  mute(muted: boolean): void {
    this.#hear(MUTED, !muted)
  }

  hostCrashed(notice: CrashNotice): void {
    if (!this.#open) return
    if (notice === 'at-once') this.#dispatch(EventKind.bye, this.profile.broken, 0)
    else this.#peer.#hear(DEAD, false)
    this.#shut()
  }

  hostPaused(): void {
    this.#peer.#hear(PAUSED, false)
  }

  hostResumed(): void {
    this.#peer.#hear(PAUSED, true)
  }

  hostLeft(): void {
    this.close(this.profile.left)
  }

  partitionChanged(): void {
    const { group } = this.host
    const other = this.#peer.host.group
    this.#hear(PARTITIONED, group === undefined || other === undefined || group === other)
  }

  handle(kind: number, payload: unknown): void {
    if (!this.#open || !this.host.admits(this.#life, this, kind, payload)) return
    if (kind === EventKind.drain) this.#drain()
    else if (kind === EventKind.flush) this.#flush()
    else if (kind === EventKind.silence) this.#timeOut()
    else if (this.#held !== undefined || (this.#unheard & HOLDS) !== 0) {
      this.#held ??= []
      this.#held.push({ kind, payload })
    } else this.#deliver(kind, payload)
  }

  get #peer(): End {
    return this.#other as End
  }

  #count(bytes: number): void {
    const { stats } = this.host
    if (this.profile.isSocket) {
      stats.messages++
      stats.messageBytes += bytes
    } else {
      stats.frames++
      stats.bytes += bytes
    }
  }

  #dispatch(kind: number, payload: unknown, size: number): void {
    const { simulation } = this.host
    const to = this.#peer
    let leave = simulation.now
    if (this.profile.bandwidth !== Number.POSITIVE_INFINITY) {
      leave = Math.max(leave, this.#busyUntil) + size / this.profile.bandwidth
      this.#busyUntil = leave
    }
    const arrival = Math.max(this.#lastArrival, leave + this.latencyMs * to.host.slowdown)
    this.#lastArrival = arrival
    simulation.schedule(arrival, to, kind, payload)
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
    if (this.profile.isSocket) this.host.stats.messagesReceived++
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
    this.#held = undefined
    if (this.#unheard !== 0) this.host.simulation.cancel(this.#silence)
    this.host.attachments.delete(this)
  }

  #record(kind: number, size: number): void {
    const { simulation, index } = this.host
    simulation.trace.record(simulation.now, kind, this.#peer.host.index, index, size)
  }

  /** By the place of the frame in its link, so that no link's losses depend on another's. */
  #isLost(): boolean {
    const to = this.#peer.host
    const link = mix(this.host.hash, to.hash ^ this.#life)
    return toFraction(mix(link, this.#sent++)) < this.lossRate
  }
}
