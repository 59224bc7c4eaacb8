import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import { HostClock } from './host-clock.ts'
import type { Place } from './latency.ts'
import { positive } from './options.ts'
import { hashText, type RandomStream } from './random-stream.ts'
import type { Simulation } from './simulation.ts'

/** What a host did so far. */
export interface HostStats {
  /** Frames sent over links and ready transports, lost ones included. */
  frames: number
  /** Bytes of those. */
  bytes: number
  /** Messages sent over sockets. */
  messages: number
  /** Bytes of those. */
  messageBytes: number
  /** Messages that arrived over sockets. */
  messagesReceived: number
  /** Links begun on this side, whether or not they opened: what a browser counts. */
  linksCreated: number
  /** Links that opened. */
  linksOpened: number
}

const NO_STATS: HostStats = {
  frames: 0,
  bytes: 0,
  messages: 0,
  messageBytes: 0,
  messagesReceived: 0,
  linksCreated: 0,
  linksOpened: 0,
}

/**
 * How others learn of a crash:
 * - `silence`: they hear nothing any more, as when a machine loses power
 * - `process`: sockets break at once, since the operating system closes them; links fall silent
 * - `at-once`: links and sockets break at once
 */
export type CrashNotice = 'silence' | 'process' | 'at-once'

/** Something whose fate hangs on a host's. */
export interface Attachment {
  hostCrashed(notice: CrashNotice): void
  hostPaused(): void
  hostResumed(): void
  hostLeft(): void
  partitionChanged(): void
  slowdownChanged(): void
  /** Adds what it counted. */
  addTo(stats: HostStats): void
}

/**
 * One machine of the network. What runs on it takes its clock and randomness from here.
 *
 * Invariants: nothing happens on a host that is down; what falls due while it is paused happens
 * when it goes on, in order; what belongs to a life before the last restart never happens.
 */
export class Host implements Place, EventHandler {
  readonly id: PeerId
  /** Its number in the network, from 0 in the order of creation. */
  readonly index: number
  readonly hash: number
  readonly simulation: Simulation
  /** Ends of connections; they look after adding and removing themselves. */
  readonly attachments: Set<Attachment> = new Set()
  /** How far its clock is ahead, ms. */
  skewMs = 0
  /** How much faster its clock runs: 0.01 gains 10 ms a second. */
  drift = 0
  /** The group of the partition it is in; `undefined` can reach all. */
  group: number | undefined
  /** As in {@link stats}. */
  linksCreated = 0
  /** As in {@link stats}. */
  linksOpened = 0
  /** What connections that are over counted. */
  #past: HostStats | undefined
  #slowdown = 1
  #life = 0
  #state: 'running' | 'paused' | 'down' = 'running'
  #resuming = false
  #clock: HostClock
  #backlog: { handler: EventHandler; kind: number; payload: unknown }[] = []

  constructor(simulation: Simulation, id: PeerId, index: number) {
    this.simulation = simulation
    this.id = id
    this.index = index
    this.hash = hashText(simulation.seed, id)
    this.#clock = new HostClock(this, 0)
  }

  get state(): 'running' | 'paused' | 'down' {
    return this.#state
  }

  /** How often it was restarted; what was made in another life is dead. */
  get life(): number {
    return this.#life
  }

  /** The clock of this life. That of an earlier one runs nothing any more. */
  get clock(): Clock {
    return this.#clock
  }

  /** Randomness of its own, always the same stream. */
  get random(): RandomStream {
    return this.simulation.random(`host ${this.id}`)
  }

  /** How many times later its timers run and frames reach it. Default 1. */
  get slowdown(): number {
    return this.#slowdown
  }

  /** @throws RangeError unless above 0 */
  set slowdown(slowdown: number) {
    this.#slowdown = positive('slowdown', slowdown)
    for (const attachment of this.attachments) attachment.slowdownChanged()
  }

  /** What it did so far; counted anew at each call. */
  get stats(): HostStats {
    const { linksCreated, linksOpened } = this
    const stats: HostStats = { ...(this.#past ?? NO_STATS), linksCreated, linksOpened }
    for (const attachment of this.attachments) attachment.addTo(stats)
    return stats
  }

  /** A connection is over. */
  detach(attachment: Attachment): void {
    if (!this.attachments.delete(attachment)) return
    this.#past ??= { ...NO_STATS }
    attachment.addTo(this.#past)
  }

  /** Dies without a word. Does nothing if it is down. */
  crash(notice: CrashNotice = 'silence'): void {
    if (this.#state === 'down') return
    this.#die()
    for (const attachment of [...this.attachments]) attachment.hostCrashed(notice)
  }

  /** Says goodbye on all its connections, then is down. */
  leave(): void {
    if (this.#state === 'down') return
    for (const attachment of [...this.attachments]) attachment.hostLeft()
    this.#die()
  }

  /** Starts again with nothing but its id: take a new `clock`, new links, new sockets. */
  restart(): void {
    this.crash()
    this.#life++
    this.#state = 'running'
    this.#clock = new HostClock(this, this.#life)
  }

  /** Stands still, as a laptop whose lid is closed. Others hear nothing. */
  pause(): void {
    if (this.#state !== 'running') return
    this.#state = 'paused'
    this.#resuming = false
    for (const attachment of [...this.attachments]) attachment.hostPaused()
  }

  /** Goes on; what fell due meanwhile happens at once. */
  resume(): void {
    if (this.#state !== 'paused' || this.#resuming) return
    this.#resuming = true
    this.simulation.schedule(this.simulation.now, this, EventKind.resume, this.#life)
  }

  /**
   * Whether an event may happen here now. If not, it is dropped, or kept until the host goes on.
   * @param life the host's life that the event belongs to
   */
  admits(life: number, handler: EventHandler, kind: number, payload: unknown): boolean {
    if (this.#state === 'running') return this.#life === life
    if (this.#state === 'paused' && this.#life === life) {
      this.#backlog.push({ handler, kind, payload })
    }
    return false
  }

  handle(_kind: number, life: unknown): void {
    if (this.#state !== 'paused' || !this.#resuming || this.#life !== life) return
    this.#state = 'running'
    this.#resuming = false
    for (const attachment of [...this.attachments]) attachment.hostResumed()
    const backlog = this.#backlog
    this.#backlog = []
    for (const { handler, kind, payload } of backlog) handler.handle(kind, payload)
  }

  #die(): void {
    this.#state = 'down'
    this.#resuming = false
    this.#backlog = []
  }
}
