import { sha256 } from '@noble/hashes/sha2.js'
import { ByteReader, Timers, type Unsubscribe, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Arrival, Core, Fault } from './core.ts'
import { BUDGET_PARTS, Copy, MAX_DATA_OVERHEAD } from './data-frame.ts'
import type { Entry } from './entry.ts'
import { decodeIhave, decodePull, News } from './id-frames.ts'
import { Intake } from './intake.ts'
import { Kind } from './kind.ts'
import { Links } from './links.ts'
import { Memory } from './memory.ts'
import { MAX_BODY_OVERHEAD } from './message.ts'
import type { Neighbour } from './neighbour.ts'
import { clockErrorMs } from './network-time.ts'
import { type GossipOptions, type Limits, resolveLimits } from './options.ts'
import { answerPing, measured, ping } from './pings.ts'
import { Puller } from './puller.ts'
import { Reign } from './reign.ts'
import { Reports } from './reports.ts'
import { Spreader } from './spreader.ts'
import { Summaries } from './summaries.ts'
import { Tree } from './tree.ts'

/** What was here for so long is late for whoever asks for it now, ms. */
const LATE_MS = 5000

/** How long a neighbour that sent too much rubbish is not listened to, ms. */
const SHUN_MS = 60_000

/** A neighbour's score heals by this much a second, up to 0; below the lowest it is shunned. */
const HEALING = 1
const LOWEST_SCORE = -100

/** What each fault takes from the score. */
const COST = { malformed: 20, forged: 20, invalid: 20, flood: 1, broken: 10 } as const

/** Bytes a frame counts as at least, since looking at it costs something. */
const MIN_FRAME_BYTES = 1024

/** Early copies of others are allowed up to those of this many peers, whatever this one knows. */
const TRUSTED_SIZE = 1000

/** What an {@link Engine} tells. */
export interface EngineEvents {
  /** @param isFirst whether it is the first of its number */
  accepted(arrival: Arrival, isFirst: boolean): void
  blamed(link: Neighbour, fault: Fault): void
  reported(entry: Entry, peers: number, complete: boolean): void
  shunned(link: Neighbour): void
}

/** The parts of one instance, joined; what neighbours send comes in here. */
export class Engine implements Core {
  readonly options: GossipOptions
  readonly limits: Limits
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly timers: Timers
  readonly links: Links
  readonly memory: Memory
  readonly reign: Reign
  readonly tree: Tree
  readonly puller: Puller
  readonly spreader: Spreader
  readonly summaries: Summaries
  readonly reports: Reports
  readonly intake: Intake
  readonly now: () => number
  readonly #events: EngineEvents
  readonly #subscriptions: Unsubscribe[]
  #clockErrorMs = 0

  /** @throws RangeError that names the option and what it got */
  constructor(options: GossipOptions, events: EngineEvents) {
    const { transport, clock } = options
    const limits = resolveLimits(options)
    const room = transport.maxFrameBytes - MAX_DATA_OVERHEAD - MAX_BODY_OVERHEAD
    limits.maxPayloadBytes = Math.min(limits.maxPayloadBytes, room)
    this.options = options
    this.#events = events
    this.limits = limits
    this.sha256 = options.sha256 ?? sha256
    this.now = () => clock.now()
    this.timers = new Timers(clock)
    this.links = new Links(this)
    this.memory = new Memory(limits)
    this.reign = new Reign(this)
    this.tree = new Tree(this)
    this.puller = new Puller(this)
    this.spreader = new Spreader(this)
    this.summaries = new Summaries(this)
    this.reports = new Reports(this, events.reported)
    this.intake = new Intake(this)
    this.#subscriptions = [
      transport.on('up', (peer) => this.#up(peer)),
      transport.on('down', (peer) => this.#down(peer)),
      transport.on('frame', (peer, bytes) => this.#receive(peer, bytes)),
      transport.on('drain', (peer) => {
        const link = this.links.get(peer)
        if (link === undefined) return
        this.links.drain(link)
        this.spreader.tell(link)
      }),
    ]
    for (const peer of transport.neighbours) this.#up(peer)
  }

  readonly networkNow = (): number => this.now() + this.#clockErrorMs

  /** A message of this peer's own. */
  publish(entry: Entry): void {
    const { size } = this
    this.memory.add(entry)
    this.reports.begin(entry, undefined, this.spreader.spread(entry, this.#budget(size), false))
    if (size > this.limits.floodPeers) this.reign.wake()
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.timers.stopAll()
    for (const { id } of this.links.list) this.links.remove(id)
  }

  readonly accepted = (arrival: Arrival): void => {
    const { entry, link, pulled, budget } = arrival
    entry.holders.push(...this.puller.arrived(entry.key))
    const isFirst = this.memory.add(entry)
    if (!pulled) this.tree.fed(link)
    const allowed = this.#budget(Math.max(TRUSTED_SIZE, 2 * this.size))
    const to = this.spreader.spread(entry, Math.min(budget, allowed), pulled)
    this.reports.begin(entry, link, to)
    this.#events.accepted(arrival, isFirst)
  }

  readonly holds = (link: Neighbour, entry: Entry, hops: number): void => {
    if (entry.body !== undefined && !entry.holders.includes(link)) entry.holders.push(link)
    if (hops >= entry.hops) return
    // It came there on a shorter way: perhaps it may go further than it could from here.
    const wasOver = !entry.mayGoOn
    entry.hops = hops
    if (wasOver) this.spreader.spread(entry, 0, false)
  }

  readonly blame = (link: Neighbour, fault: Fault): void => {
    const { now, links, timers, options } = this
    const healed = ((now() - link.scoreAt) / 1000) * HEALING
    link.score = Math.min(0, link.score + healed) - COST[fault]
    link.scoreAt = now()
    this.#events.blamed(link, fault)
    if (link.score >= LOWEST_SCORE || !links.has(link)) return
    timers.set(link.id, SHUN_MS, () => {
      if (options.transport.neighbours.has(link.id)) this.#up(link.id)
    })
    this.#down(link.id)
    this.#events.shunned(link)
  }

  /** How many peers there are, as far as is known. */
  get size(): number {
    const { options, links, memory } = this
    return options.estimateSize?.() ?? Math.max(links.list.length, memory.authors) + 1
  }

  /** Early copies in a network of so many peers, in parts. */
  #budget(size: number): number {
    return Math.floor((BUDGET_PARTS * this.limits.earlyCopies * size) / 1000)
  }

  #up(peer: PeerId): void {
    if (this.timers.has(peer)) return // shunned, and back on a new link
    const link = this.links.add(peer)
    ping(this, link)
    this.reign.tell(link)
    this.summaries.up(link)
  }

  #down(peer: PeerId): void {
    const link = this.links.get(peer)
    if (link === undefined) return
    this.links.remove(peer)
    this.links.damage()
    this.timers.stop(link)
    this.tree.down(link)
  }

  #receive(peer: PeerId, bytes: Uint8Array): void {
    const link = this.links.get(peer)
    if (link === undefined) return
    if (!link.bytes.take(Math.max(bytes.length, MIN_FRAME_BYTES), this.now())) {
      this.blame(link, 'flood')
      return
    }
    try {
      this.#dispatch(link, bytes)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.blame(link, 'malformed')
    }
  }

  #dispatch(link: Neighbour, bytes: Uint8Array): void {
    if (bytes[0] === Kind.data) {
      this.intake.received(link, bytes)
      return
    }
    const reader = new ByteReader(bytes)
    switch (reader.u8()) {
      case Kind.ihave:
        this.#announced(link, reader)
        break
      case Kind.pull:
        this.#pulled(link, reader)
        break
      case Kind.beacon:
        this.reign.received(link, reader)
        break
      case Kind.join:
        this.tree.join(link, reader)
        break
      case Kind.prune:
        this.tree.pruned(link)
        break
      case Kind.refuse:
        this.tree.refused(link, reader)
        break
      case Kind.ask:
        this.reign.asked(link)
        break
      case Kind.ping:
        answerPing(this, link)
        break
      case Kind.pong:
        measured(this, link, reader)
        this.#clockErrorMs = clockErrorMs(this.links.list)
        break
      case Kind.digest:
        this.summaries.received(link, reader)
        break
      case Kind.report:
        this.reports.received(link, reader)
        break
      default:
        throw new WireError('WIRE_MALFORMED', 'unknown kind of frame')
    }
  }

  #announced(link: Neighbour, reader: ByteReader): void {
    const { flags, named } = decodeIhave(reader)
    for (const { key, hops } of named) {
      const entry = this.memory.get(key)
      if (entry !== undefined) this.holds(link, entry, hops + 1)
      else this.puller.announced(link, key, (flags & News.urgent) > 0)
    }
    if (flags & News.more) this.summaries.askAgain(link)
  }

  #pulled(link: Neighbour, reader: ByteReader): void {
    const now = this.now()
    for (const key of decodePull(reader)) {
      const entry = this.memory.get(key)
      if (!entry?.mayGoOn || !link.pulls.take(1, now)) continue
      const late = now - entry.at > LATE_MS ? Copy.late : 0
      this.links.push(link, entry, Copy.pulled | late)
    }
  }
}
