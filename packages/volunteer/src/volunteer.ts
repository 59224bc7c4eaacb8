import { bytesToHex } from '@noble/hashes/utils.js'
import { type Clock, Emitter, type Random, Timers, type Unsubscribe, when } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Codes } from './codes.ts'
import { VolunteerError } from './errors.ts'
import type { VolunteerEvents } from './events.ts'
import type { Executor } from './executor.ts'
import type { Outcome } from './failure.ts'
import { decodeFrame, type Frame, type Offer } from './frames.ts'
import type { CodeHash, JobId } from './ids.ts'
import { MapJob } from './job/map-job.ts'
import type { Inputs, MapOptions } from './job/options.ts'
import { type Limits, resolveLimits } from './limits.ts'
import { LocalWorker } from './local-worker.ts'
import { Neighbour } from './neighbour.ts'
import type { OwnJob } from './own-job.ts'
import { Relay } from './relay.ts'
import { Slots } from './slots.ts'
import type { VolunteerChannel, VolunteerTree } from './tree.ts'

/** Ended jobs that are remembered, so that late announcements do not bring them back. */
const ENDED_LIMIT = 256

/** What computes here, and what for. */
interface Helping {
  readonly executor: Executor
  readonly slots: Slots
  /** Jobs that the executor accepted. */
  readonly accepted: WeakSet<Relay | OwnJob>
}

/** Options of a {@link Volunteer}. */
export interface VolunteerOptions extends Partial<Limits> {
  /** A node of a tree, whose channels are used for nothing else. */
  readonly tree: VolunteerTree
  readonly clock: Clock
  readonly random: Random
}

/** What a volunteer counted. */
export interface VolunteerStats {
  /** Jobs of others that are known. */
  readonly jobs: number
  /** Tasks computed here. */
  readonly computed: number
  /** Tasks being computed here. */
  readonly running: number
  /** Answers of others that went through here. */
  readonly passed: number
  /** Frames that made no sense. */
  readonly rejected: number
}

/**
 * One node of a tree that lends work, computes, or only passes on what others lend and compute.
 *
 * Work flows away from whoever submitted it, results the other way; a submitter may be any node.
 */
export class Volunteer {
  readonly #tree: VolunteerTree
  readonly #clock: Clock
  readonly #random: Random
  readonly #limits: Limits
  readonly #timers: Timers
  readonly #events = new Emitter<VolunteerEvents>()
  readonly #codes: Codes
  readonly #neighbours = new Map<VolunteerChannel, Neighbour>()
  readonly #relays = new Map<JobId, Relay>()
  readonly #own = new Map<JobId, OwnJob>()
  readonly #ended = new Set<JobId>()
  readonly #off: Unsubscribe[]
  #helping: Helping | undefined
  #computed = 0
  #passed = 0
  #rejected = 0
  #closed = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: VolunteerOptions) {
    const { tree, clock, random } = options
    this.#tree = tree
    this.#clock = clock
    this.#random = random
    this.#limits = resolveLimits(options)
    this.#timers = new Timers(clock)
    this.#codes = new Codes(this.#limits, (hash) => this.#codeArrived(hash))
    const connected = (channel: VolunteerChannel) => this.#connected(channel)
    const gone = (channel: VolunteerChannel) => this.#gone(channel)
    this.#off = [
      tree.on('parent-connect', connected),
      tree.on('child-connect', connected),
      tree.on('parent-close', gone),
      tree.on('child-close', gone),
    ]
    if (tree.parent !== null) connected(tree.parent)
    for (const child of tree.children.values()) connected(child)
    this.#beat()
  }

  /** The id by which this node's results are known. */
  get id(): PeerId {
    return this.#tree.id
  }

  /** Jobs of others that are known here. */
  get offers(): readonly Offer[] {
    return [...this.#relays.values()].map(({ offer }) => offer)
  }

  get isHelping(): boolean {
    return this.#helping !== undefined
  }

  getStats(): VolunteerStats {
    return {
      jobs: this.#relays.size,
      computed: this.#computed,
      running: this.#helping?.slots.used ?? 0,
      passed: this.#passed,
      rejected: this.#rejected,
    }
  }

  on<E extends keyof VolunteerEvents>(event: E, listener: VolunteerEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Computes from now on, for every job that the executor accepts; before, nothing runs here. */
  help(executor: Executor): void {
    this.#requireOpen()
    this.rest()
    this.#helping = { executor, slots: new Slots(executor.slots), accepted: new WeakSet() }
    for (const job of this.#jobs()) this.#consider(job)
  }

  /** Computes no more: what runs here is killed within a second, and computed elsewhere. */
  rest(): void {
    const helping = this.#helping
    this.#helping = undefined
    for (const job of this.#jobs()) job.rest()
    helping?.executor.stop()
  }

  /**
   * Computes one function of many inputs, wherever there is somebody who does it.
   * @param inputs are read one by one, when somebody is free
   * @returns the results, to be read with `for await`
   * @throws RangeError that names the option and what it got
   */
  map<I, O>(inputs: Inputs<I>, options: MapOptions): MapJob<I, O> {
    this.#requireOpen()
    const job = bytesToHex(this.#random.fill(new Uint8Array(16))) as JobId
    const map = new MapJob<I, O>(inputs, options, {
      job,
      self: this.#tree.id,
      limits: this.#limits,
      clock: this.#clock,
      random: this.#random,
      ended: () => this.#endOwn(job),
    })
    if (map.isOver) return map
    this.#own.set(job, map)
    this.#tell(map)
    this.#consider(map)
    return map
  }

  /** Takes part no more; jobs of its own end with `VOLUNTEER_CLOSED`. */
  close(): void {
    if (this.#closed) return
    this.rest()
    this.#closed = true
    for (const job of [...this.#own.values()]) {
      job.fail(new VolunteerError('VOLUNTEER_CLOSED', 'the volunteer was closed'))
    }
    for (const relay of this.#relays.values()) relay.end()
    this.#relays.clear()
    for (const off of this.#off) off()
    for (const neighbour of this.#neighbours.values()) neighbour.end()
    this.#neighbours.clear()
    this.#timers.stopAll()
    this.#events.clear()
  }

  #requireOpen(): void {
    if (this.#closed) throw new TypeError('a closed volunteer stays closed')
  }

  *#jobs(): Iterable<Relay | OwnJob> {
    yield* this.#relays.values()
    yield* this.#own.values()
  }

  #connected(channel: VolunteerChannel): void {
    if (this.#neighbours.has(channel)) return
    const neighbour = new Neighbour(
      channel,
      {
        data: (from, data) => this.#received(from, data),
        drained: (drained) => {
          this.#codes.drained(drained)
          for (const job of this.#jobs()) job.share.lending.dispatch()
        },
      },
      this.#limits.outboxBytes,
    )
    this.#neighbours.set(channel, neighbour)
    for (const { offer, seq } of this.#own.values()) {
      neighbour.send({ kind: 'announce', seq, offer })
    }
    for (const { offer, seq, source } of this.#relays.values()) {
      if (source !== undefined) neighbour.send({ kind: 'announce', seq, offer })
    }
  }

  #gone(channel: VolunteerChannel): void {
    const neighbour = this.#neighbours.get(channel)
    if (neighbour === undefined) return
    this.#neighbours.delete(channel)
    neighbour.end()
    this.#codes.forget(neighbour)
    for (const job of this.#jobs()) job.gone(neighbour)
  }

  /** Regularly: tells of own jobs, measures the way to those of others, forgets the silent. */
  #beat(): void {
    const { announceMs, silenceMs } = this.#limits
    const now = this.#clock.now()
    for (const job of this.#own.values()) {
      job.seq++
      this.#tell(job)
    }
    for (const relay of [...this.#relays.values()]) {
      if (now - relay.heardAt > silenceMs) this.#forget(relay)
      else relay.source?.send({ kind: 'probe', stamp: Math.floor(now) })
    }
    this.#timers.set('beat', announceMs, () => this.#beat())
  }

  #tell(job: OwnJob): void {
    this.#codes.keep(job.code)
    const { seq, offer } = job
    for (const neighbour of this.#neighbours.values()) {
      neighbour.send({ kind: 'announce', seq, offer })
    }
  }

  #endOwn(job: JobId): void {
    if (!this.#own.delete(job)) return
    for (const neighbour of this.#neighbours.values()) neighbour.send({ kind: 'end', job })
  }

  #forget(relay: Relay): void {
    const { job } = relay.offer
    this.#relays.delete(job)
    relay.end()
    this.#ended.add(job)
    for (const oldest of this.#ended) {
      if (this.#ended.size <= ENDED_LIMIT) break
      this.#ended.delete(oldest)
    }
    for (const neighbour of this.#neighbours.values()) {
      if (neighbour !== relay.source) neighbour.send({ kind: 'end', job })
    }
    this.#events.emit('offer-end', relay.offer)
  }

  #received(from: Neighbour, data: Uint8Array): void {
    if (this.#closed) return
    let frame: Frame
    try {
      frame = decodeFrame(data)
    } catch {
      this.#rejected++
      return
    }
    if (!this.#take(from, frame)) this.#rejected++
  }

  /** @returns whether it made sense */
  #take(from: Neighbour, frame: Frame): boolean {
    switch (frame.kind) {
      case 'announce':
        return this.#announced(from, frame.seq, frame.offer)
      case 'want': {
        const job = this.#relays.get(frame.job) ?? this.#own.get(frame.job)
        job?.want(from, frame.limit)
        return job !== undefined
      }
      case 'result':
      case 'failed':
        return this.#answered(from, frame)
      case 'need': {
        const relay = [...this.#relays.values()].find(({ offer }) => offer.hash === frame.hash)
        this.#codes.needed(frame.hash, from, relay?.source)
        return true
      }
      case 'code':
        return this.#codes.received(frame.hash, frame.code, from)
      case 'probe':
        return from.offer({ kind: 'echo', stamp: frame.stamp })
      case 'echo': {
        const ms = this.#clock.now() - frame.stamp
        if (ms < 0 || ms > this.#limits.silenceMs) return false
        for (const relay of this.#relays.values()) if (relay.source === from) relay.heard(ms)
        return true
      }
      default: {
        const relay = this.#relays.get(frame.job)
        // Only who is on the way to the submitter speaks for it.
        if (relay === undefined || relay.source !== from) return false
        if (frame.kind === 'end') this.#forget(relay)
        else if (frame.kind === 'cancel') relay.share.lending.cancel(frame.attempt)
        else if (frame.payload.length > this.#limits.payloadBytes) return false
        else relay.task(frame)
        return true
      }
    }
  }

  #announced(from: Neighbour, seq: number, offer: Offer): boolean {
    const { job } = offer
    if (this.#own.has(job) || this.#ended.has(job)) return false
    let relay = this.#relays.get(job)
    if (relay === undefined) {
      const { jobs, codeBytes } = this.#limits
      if (this.#relays.size >= jobs || offer.codeBytes > codeBytes) return false
      const [limits, self] = [this.#limits, this.#tree.id]
      relay = new Relay({ offer, limits, self, now: () => this.#clock.now() })
      this.#relays.set(job, relay)
      relay.follow(from, seq)
      this.#pass(relay)
      this.#events.emit('offer', offer)
      this.#consider(relay)
      return true
    }
    if (relay.offer.hash !== offer.hash || relay.offer.submitter !== offer.submitter) return false
    // The same again counts only for who has lost its way.
    if (seq < relay.seq || (seq === relay.seq && relay.source !== undefined)) return true
    const isSame = relay.source === from
    const isEarly = isSame && this.#clock.now() - relay.heardAt < this.#limits.announceMs / 4
    relay.follow(from, seq)
    // Nobody is told more often than a submitter says it.
    if (!isEarly) this.#pass(relay)
    if (!isSame) this.#codes.follow(offer.hash, from)
    this.#fetch(relay)
    return true
  }

  /** Tells all others what the way is. */
  #pass({ offer, seq, source }: Relay): void {
    for (const neighbour of this.#neighbours.values()) {
      if (neighbour !== source) neighbour.send({ kind: 'announce', seq, offer })
    }
  }

  #answered(from: Neighbour, frame: Extract<Frame, { kind: 'result' | 'failed' }>): boolean {
    const job = this.#relays.get(frame.job) ?? this.#own.get(frame.job)
    if (job === undefined) return false
    const { attempt, worker } = frame
    if (frame.kind === 'failed') {
      return job.outcome(from, worker, attempt, { ok: false, ...frame })
    }
    if (frame.payload.length > this.#limits.payloadBytes) return false
    this.#passed++
    return job.outcome(from, worker, attempt, { ok: true, payload: frame.payload.slice() })
  }

  /** Whether this node computes for a job is for the executor to say. */
  #consider(job: Relay | OwnJob): void {
    const helping = this.#helping
    if (helping === undefined) return
    when(
      () => helping.executor.accepts(job.offer),
      (accepted) => {
        if (accepted !== true || helping !== this.#helping || job.share.works) return
        if (!this.#knows(job)) return
        helping.accepted.add(job)
        this.#fetch(job)
      },
    )
  }

  #knows({ offer }: Relay | OwnJob): boolean {
    return this.#relays.has(offer.job) || this.#own.has(offer.job)
  }

  /** Begins to compute when the code is here. */
  #fetch(job: Relay | OwnJob): void {
    const { hash } = job.offer
    if (this.#helping?.accepted.has(job) !== true || job.share.works) return
    const code = 'code' in job ? job.code : this.#codes.get(hash)
    if (code !== undefined) this.#work(job, code)
    else if ('source' in job && job.source !== undefined) this.#codes.ask(hash, job.source)
  }

  #codeArrived(hash: CodeHash): void {
    for (const job of this.#jobs()) if (job.offer.hash === hash) this.#fetch(job)
  }

  #work(job: Relay | OwnJob, code: Uint8Array): void {
    const helping = this.#helping
    if (helping === undefined) return
    const { offer, share } = job
    const [self, { payloadBytes }] = [this.#tree.id, this.#limits]
    const now = () => this.#clock.now()
    const done = (attempt: number, outcome: Outcome, ms: number) => {
      if (outcome.ok) this.#computed++
      this.#events.emit('worked', offer, ms, outcome.ok)
      job.outcome(undefined, self, attempt, outcome)
    }
    const freed = () => {
      for (const other of this.#jobs()) other.share.lending.dispatch()
    }
    share.work(new LocalWorker({ ...helping, self, offer, code, payloadBytes, now, done, freed }))
    if (job instanceof Relay) job.ask()
    this.#events.emit('work-start', offer)
  }
}
