import { sha256 } from '@noble/hashes/sha2.js'
import { ByteReader, type Unsubscribe, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Authors } from './authors.ts'
import { beaconBytes } from './beacon.ts'
import { BUDGET_PARTS, type DataFrame, MAX_DATA_OVERHEAD } from './data-frame.ts'
import { type Entry, keyOf } from './entry.ts'
import { type Fault, Guard } from './guard.ts'
import { decodeIhave, decodePull, encodeIhave } from './id-frames.ts'
import { type Arrival, Intake } from './intake.ts'
import { Kind } from './kind.ts'
import { Links } from './links.ts'
import { Memory } from './memory.ts'
import { MAX_BODY_OVERHEAD, signedBytes } from './message.ts'
import type { Neighbour } from './neighbour.ts'
import { NetworkTime } from './network-time.ts'
import { type GossipOptions, type Limits, resolveLimits } from './options.ts'
import { Pings } from './pings.ts'
import { Puller } from './puller.ts'
import { type Report, Reports } from './reports.ts'
import { Spreader } from './spreader.ts'
import { Summaries } from './summaries.ts'
import { Timers } from './timers.ts'
import { Tree } from './tree.ts'

/** A new child that had no parent is told of what came since, ms. */
const LATELY_MS = 3000

/** What was here for so long is late for whoever asks for it now, ms. */
const LATE_MS = 5000

/** How long a neighbour that sent too much rubbish is not listened to, ms. */
const SHUN_MS = 60_000

/** Early copies of others are allowed up to those of this many peers, whatever this one knows. */
const TRUSTED_SIZE = 1000

/** A proof where nothing is signed. */
export const PROOFLESS: Uint8Array = new Uint8Array(0)

/** What an {@link Engine} tells. */
export interface EngineEvents {
  /** @param isFirst whether it is the first of its number */
  accepted(arrival: Arrival, isFirst: boolean): void
  rejected(link: Neighbour, reason: 'malformed' | 'forged' | 'invalid'): void
  reported(report: Report): void
  shunned(link: Neighbour): void
}

/** The parts of the protocol, joined: what comes from neighbours, and what they are sent. */
export class Engine {
  readonly limits: Limits
  readonly memory: Memory
  readonly time: NetworkTime
  readonly tree: Tree
  readonly puller: Puller
  readonly intake: Intake
  readonly links: Links
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly #options: GossipOptions
  readonly #events: EngineEvents
  readonly #timers: Timers
  readonly #authors: Authors
  readonly #pings: Pings
  readonly #guard: Guard
  readonly #spreader: Spreader
  readonly #summaries: Summaries
  readonly #reports: Reports
  readonly #subscriptions: Unsubscribe[]

  /** @throws RangeError that names the option and what it got */
  constructor(options: GossipOptions, events: EngineEvents) {
    const { transport, clock, random, domain = '', sign, verify, validate } = options
    const { self } = transport
    const limits = resolveLimits(options)
    const room = transport.maxFrameBytes - MAX_DATA_OVERHEAD - MAX_BODY_OVERHEAD
    limits.maxPayloadBytes = Math.min(limits.maxPayloadBytes, room)
    const now = () => clock.now()
    const timers = new Timers(clock)
    const links = new Links(transport, clock, limits)
    const memory = new Memory(limits)
    const time = new NetworkTime(clock)
    const authors = new Authors(limits)
    const reject = (link: Neighbour, reason: 'forged' | 'invalid') => this.#reject(link, reason)
    this.#options = options
    this.#events = events
    this.limits = limits
    this.links = links
    this.memory = memory
    this.time = time
    this.sha256 = options.sha256 ?? sha256
    this.#timers = timers
    this.#authors = authors
    this.#pings = new Pings(clock, links, time)
    this.#guard = new Guard(clock, (link) => this.#shun(link))
    this.tree = new Tree({
      self,
      clock,
      random,
      limits,
      links,
      timers,
      sign: (beacon) => sign?.(beaconBytes(domain, beacon)) ?? PROOFLESS,
      verify: (beacon) => verify?.(beaconBytes(domain, beacon), beacon.proof, beacon.root) ?? true,
      forged: (link) => reject(link, 'forged'),
      heard: () => this.#pings.renew(),
      starving: (link) => {
        const lately = [...memory.kept].filter(({ at }) => at > now() - LATELY_MS)
        if (lately.length > 0) links.send(link, encodeIhave(lately, { urgent: true }))
      },
    })
    this.puller = new Puller(clock, links, limits, timers, {
      overdue: () => {
        links.damage()
        this.tree.missed()
      },
      broken: (link) => this.#guard.blame(link, 'broken'),
    })
    const isEager = (link: Neighbour) => this.tree.isEager(link)
    const low = options.latency === 'low'
    this.#spreader = new Spreader({ links, limits, timers, random, now, isEager, low })
    this.#summaries = new Summaries({ links, limits, memory, timers, random, time, now })
    this.#reports = new Reports(links, limits, timers, (report) => events.reported(report))
    this.intake = new Intake({
      self,
      clock,
      limits,
      memory,
      time,
      authors,
      sha256: this.sha256,
      verify: (content, proof, author) =>
        verify?.(signedBytes(domain, content), proof, author) ?? true,
      validate: (message) => validate?.(message) ?? 'accept',
      accepted: (arrival) => this.#accept(arrival),
      duplicate: (link, entry, frame) => this.#repeat(link, entry, frame),
      postponed: (link, key, digest) => this.puller.announced(link, key, digest, false),
      refused: reject,
    })
    this.#subscriptions = [
      transport.on('up', (peer) => this.#up(peer)),
      transport.on('down', (peer) => this.#down(peer)),
      transport.on('frame', (peer, bytes) => this.#receive(peer, bytes)),
      transport.on('drain', (peer) => {
        const link = links.get(peer)
        if (link === undefined) return
        links.drain(link)
        this.#spreader.tell(link)
      }),
    ]
    for (const peer of transport.neighbours) this.#up(peer)
  }

  /** How many peers there are, as far as is known. */
  get size(): number {
    const { estimateSize } = this.#options
    return estimateSize?.() ?? Math.max(this.links.list.length, this.#authors.size) + 1
  }

  /** A message of this peer's own. */
  publish(entry: Entry): void {
    this.memory.add(entry)
    const to = this.#spreader.spread(entry, this.#budget(this.size))
    if (entry.report) this.#reports.begin(entry, undefined, to)
    if (this.size > this.limits.floodPeers) this.tree.wake()
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#timers.stopAll()
    for (const { id } of this.links.list) this.links.remove(id)
  }

  #budget(size: number): number {
    return Math.floor((BUDGET_PARTS * this.limits.earlyCopies * size) / 1000)
  }

  #up(peer: PeerId): void {
    if (this.#timers.has(peer)) return // shunned, and back on a new link
    const link = this.links.add(peer)
    this.#pings.ping(link)
    this.tree.up(link)
    this.#summaries.up(link)
  }

  #down(peer: PeerId): void {
    const link = this.links.get(peer)
    if (link === undefined) return
    this.links.remove(peer)
    this.links.damage()
    this.tree.down(link)
  }

  #shun(link: Neighbour): void {
    if (!this.links.has(link)) return
    const { id } = link
    this.#timers.set(id, SHUN_MS, () => {
      if (this.#options.transport.neighbours.has(id)) this.#up(id)
    })
    this.#down(id)
    this.#events.shunned(link)
  }

  #receive(peer: PeerId, bytes: Uint8Array): void {
    const link = this.links.get(peer)
    if (link === undefined || !this.#guard.admits(link, bytes.length)) return
    try {
      this.#dispatch(link, new ByteReader(bytes))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#reject(link, 'malformed')
    }
  }

  #dispatch(link: Neighbour, reader: ByteReader): void {
    switch (reader.u8()) {
      case Kind.data:
        this.intake.received(link, reader)
        break
      case Kind.ihave:
        this.#announced(link, reader)
        break
      case Kind.pull:
        this.#pulled(link, reader)
        break
      case Kind.beacon:
        this.tree.beacon(link, reader)
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
        this.tree.asked(link)
        break
      case Kind.ping:
        this.#pings.answer(link)
        break
      case Kind.pong:
        this.#pings.answered(link, reader)
        break
      case Kind.digest:
        this.#summaries.received(link, reader)
        break
      case Kind.report:
        this.#reports.received(link, reader)
        break
      default:
        throw new WireError('WIRE_MALFORMED', 'unknown kind of frame')
    }
  }

  #accept(arrival: Arrival): void {
    const { entry, link, frame } = arrival
    entry.holders.push(...this.puller.arrived(entry.key))
    const isFirst = this.memory.variants(entry.id).length === 0
    this.memory.add(entry)
    if (frame.pulled) this.puller.answered(link)
    else this.tree.fed(link)
    const allowed = this.#budget(Math.max(TRUSTED_SIZE, 2 * this.size))
    const to = this.#spreader.spread(entry, Math.min(frame.budget, allowed))
    if (entry.report) this.#reports.begin(entry, link, to)
    this.#events.accepted(arrival, isFirst)
  }

  #repeat(link: Neighbour, entry: Entry, frame: DataFrame): void {
    this.#holds(link, entry, frame.hops)
    if (frame.pulled || frame.late) return
    if (!frame.extra) this.tree.duplicate(link)
    this.#reports.repeated(entry, link)
  }

  /** A neighbour has a message too; perhaps it came there on a shorter way, and may go further. */
  #holds(link: Neighbour, entry: Entry, hops: number): void {
    if (!entry.holders.includes(link)) entry.holders.push(link)
    if (hops >= entry.hops) return
    const wasOver = entry.hops >= entry.ttl
    entry.hops = hops
    if (wasOver) this.#spreader.spread(entry, 0)
  }

  #announced(link: Neighbour, reader: ByteReader): void {
    const { urgent, more, ids } = decodeIhave(reader)
    for (const { digest, hops } of ids) {
      const key = keyOf(digest)
      const entry = this.memory.get(key)
      if (entry === undefined) this.puller.announced(link, key, digest, urgent)
      else this.#holds(link, entry, hops + 1)
    }
    if (more) this.#summaries.askAgain(link)
  }

  #pulled(link: Neighbour, reader: ByteReader): void {
    const now = this.#options.clock.now()
    for (const digest of decodePull(reader)) {
      const entry = this.memory.get(keyOf(digest))
      if (entry === undefined || entry.hops >= entry.ttl || !link.pulls.take(1, now)) continue
      const late = now - entry.at > LATE_MS
      this.links.push(link, entry, { pulled: true, late })
    }
  }

  #reject(link: Neighbour, reason: Fault & ('malformed' | 'forged' | 'invalid')): void {
    this.#events.rejected(link, reason)
    this.#guard.blame(link, reason)
  }
}
