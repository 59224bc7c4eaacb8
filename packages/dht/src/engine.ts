import { sha256 } from '@noble/hashes/sha2.js'
import { type CloseReason, TokenBucket, type Unsubscribe, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Address, PLACES, placeOf, type Sha256 } from './address.ts'
import type { Core } from './core.ts'
import { Delivery } from './delivery.ts'
import { around } from './dice.ts'
import { Verdict } from './errors.ts'
import { decodeFrame, encodeFrame, Kind } from './frames.ts'
import { Keeper } from './keeper.ts'
import { Kept } from './kept.ts'
import { Leases } from './leases.ts'
import { Memory } from './memory.ts'
import { Notices } from './notices.ts'
import { type DhtOptions, type Limits, resolveLimits } from './options.ts'
import { Paths } from './paths.ts'
import { Proofs } from './proofs.ts'
import { type DhtRecord, decodeRecord, MAX_RECORD_BYTES } from './record.ts'
import { Replica } from './replica.ts'
import { Router } from './router.ts'
import { type Offered, Shelf } from './shelf.ts'
import { Succession } from './succession.ts'
import { View } from './view.ts'
import { Watches } from './watches.ts'

/** Bytes a frame counts as at least, since looking at it costs something. */
const MIN_FRAME_BYTES = 256

/** Seconds' worth of bytes that may come at once. */
const BURST_SECONDS = 4

/** How often what is over is forgotten, ms. */
const SWEEP_MS = 5000

/** Records put again at once; the rest follows at the next sweep. */
const REPUBLISHED = 8

/** What an {@link Engine} tells. */
export interface EngineEvents {
  rejected(from: PeerId): void
  overtaken(mine: DhtRecord, current: DhtRecord): void
}

/** The parts of one instance, joined; what neighbours send comes in here. */
export class Engine implements Core {
  readonly options: DhtOptions
  readonly limits: Limits
  readonly self: PeerId
  readonly sha256: Sha256
  readonly view: View
  readonly router: Router
  readonly paths: Paths
  readonly shelf: Shelf
  readonly leases: Leases
  readonly proofs: Proofs
  readonly watches: Watches
  readonly kept: Kept
  readonly notices: Notices
  readonly memory: Memory | undefined
  readonly #succession: Succession
  readonly #events: EngineEvents
  readonly #buckets = new Map<PeerId, TokenBucket>()
  readonly #timers = new Set<() => void>()
  readonly #subscriptions: Unsubscribe[]
  #comparesAt: number

  /** @throws RangeError that names the option and what it got */
  constructor(options: DhtOptions, events: EngineEvents) {
    const { transport, clock, random } = options
    this.options = options
    this.#events = events
    this.limits = resolveLimits(options)
    this.self = transport.self
    this.sha256 = options.sha256 ?? sha256
    const { limits, self, now } = this
    if (transport.maxFrameBytes < MAX_RECORD_BYTES + 1024) {
      throw new RangeError(`frames of ${MAX_RECORD_BYTES + 1024} bytes must fit`)
    }
    const { signer, verify, domain = '', store } = options
    this.proofs = new Proofs({ self, signer, verify, domain, sha256: this.sha256 })
    this.memory = store && new Memory(this, store)
    this.shelf = new Shelf({
      ...{ self, limits, now, sha256: this.sha256 },
      events: {
        changed: (item) => this.memory?.note(item.record.address, item),
        removed: (address) => this.memory?.note(address, undefined),
      },
    })
    this.leases = new Leases(limits, now, this.placesOf)
    this.view = new View({
      ...{ transport, clock },
      settled: limits.settleMs === 0,
      send: (to, frame) => transport.send(to, encodeFrame(frame)) === 'sent',
      probe: (peer, done) => replica.probe(peer, done),
      changed: () => this.#succession.changed(),
    })
    const replica = new Replica(this, this.#accepted)
    this.#succession = new Succession(this, replica)
    const answering = new Keeper(this, replica, this.#succession.answer)
    this.paths = new Paths(clock, limits, (peer) => this.router.silent(peer))
    const { view, paths } = this
    const { pathMs } = limits
    this.router = new Router({ transport, random, view, paths, answering, pathMs, now })
    this.watches = new Watches(this)
    this.kept = new Kept(this, events.overtaken)
    this.notices = new Notices(this, (address, record) => this.#noticed(address, record))
    this.#comparesAt = now() + around(limits.compareMs, random)
    if (limits.settleMs > 0) this.after(limits.settleMs, () => view.settle())
    this.after(SWEEP_MS, () => this.#sweep())
    this.#subscriptions = [
      transport.on('up', (peer) => this.#up(peer)),
      transport.on('down', (peer, reason) => this.#down(peer, reason)),
      transport.on('frame', (from, bytes) => this.#frame(from, bytes)),
      transport.on('drain', (peer) => this.notices.drain(peer)),
    ]
    for (const peer of transport.neighbours) this.#up(peer)
  }

  readonly now = (): number => this.options.clock.now()

  readonly after = (ms: number, run: () => void): (() => void) => {
    const stop = () => {
      cancel()
      this.#timers.delete(stop)
    }
    const cancel = this.options.clock.after(ms, () => {
      this.#timers.delete(stop)
      run()
    })
    this.#timers.add(stop)
    return stop
  }

  readonly placesOf = (address: Address): readonly PeerId[] =>
    this.shelf.get(address)?.at ??
    Array.from({ length: PLACES }, (_, index) => placeOf(address, index, this.sha256))

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.watches.close()
    this.kept.close()
    this.view.close()
    this.paths.close()
    for (const stop of [...this.#timers]) stop()
  }

  #up(peer: PeerId): void {
    const { linkByteRate } = this.limits
    this.#buckets.set(peer, new TokenBucket(linkByteRate, linkByteRate * BURST_SECONDS, this.now()))
    this.view.up(peer)
  }

  #down(peer: PeerId, reason: CloseReason): void {
    this.#buckets.delete(peer)
    this.view.down(peer, reason === 'timeout' || reason === 'failed')
    this.notices.down(peer)
    this.router.down(peer)
  }

  #frame(from: PeerId, bytes: Uint8Array): void {
    const bucket = this.#buckets.get(from)
    if (bucket?.take(Math.max(bytes.length, MIN_FRAME_BYTES), this.now()) !== true) {
      this.#events.rejected(from)
      return
    }
    try {
      this.#dispatch(from, bytes)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#events.rejected(from)
    }
  }

  #dispatch(from: PeerId, bytes: Uint8Array): void {
    const frame = decodeFrame(bytes)
    if (frame.kind === Kind.view) this.view.heard(from, frame)
    else if (frame.kind === Kind.request) this.router.request(from, frame)
    else if (frame.kind === Kind.reply) this.router.reply(from, frame)
    else if (frame.kind === Kind.back) this.router.back(from, frame.id)
    else this.notices.received(from, frame)
  }

  /** A record was looked at here as by one of its replicas. */
  readonly #accepted = (record: DhtRecord, offered: Offered, place: number): void => {
    const { item, isNews, before, verdict } = offered
    if (item === undefined || !isNews) return
    this.#succession.held(item)
    const { address } = record
    const to: PeerId[] = []
    // One of the replicas tells the subscribers: the closest.
    if (this.view.replicas(item.at[place] as PeerId)[0] === this.self) {
      to.push(...(this.leases.get(address)?.leases.keys() ?? []))
    }
    if (verdict === Verdict.conflict && before !== undefined && !to.includes(before))
      to.push(before)
    this.notices.send(to, address, record.bytes)
  }

  #noticed(address: Address, bytes: Uint8Array): void {
    this.watches.arrived(address, bytes)
    if (!this.kept.has(address)) return
    const record = decodeRecord(new Uint8Array(bytes), this.sha256)
    if (record.address !== address) return
    this.proofs.checkRecord(record, (holds) => {
      if (holds) this.kept.heard(record)
    })
  }

  #sweep(): void {
    const { shelf, leases, limits, options, now } = this
    shelf.sweep()
    leases.sweep()
    if (now() >= this.#comparesAt) {
      this.#comparesAt = now() + around(limits.compareMs, options.random)
      this.#succession.compare()
    }
    this.#republish()
    this.after(SWEEP_MS, () => this.#sweep())
  }

  /** Puts records at all their places again that nobody put for long: some place may have lost them. */
  #republish(): void {
    const { limits, options, view, self, now } = this
    if (view.size === 1) return
    let left = REPUBLISHED
    for (const item of this.shelf.items) {
      if (left === 0) break
      if (item.freshAt + limits.republishMs > now() || item.record.expiresAt <= now()) continue
      const isBack = item.freshAt < 0
      item.freshAt = now() + around(limits.republishMs, options.random) - limits.republishMs
      const isMine = item.at.some(
        (place, index) => item.places & (1 << index) && view.replicas(place)[0] === self,
      )
      if (!isMine && !isBack) continue
      left--
      new Delivery(this, item.record, undefined, () => {})
    }
  }
}
