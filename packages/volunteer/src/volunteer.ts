import { bytesToHex } from '@noble/hashes/utils.js'
import { type Clock, Emitter, type Random, Timers, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Codes } from './codes.ts'
import { VolunteerError } from './errors.ts'
import type { VolunteerEvents } from './events.ts'
import type { Executor } from './executor.ts'
import { decodeFrame, type Frame, type Offer } from './frames.ts'
import { Helping, type Job } from './helping.ts'
import type { JobId } from './ids.ts'
import { MapJob } from './job/map-job.ts'
import type { Inputs, MapOptions } from './job/options.ts'
import { type Limits, resolveLimits } from './limits.ts'
import { Neighbour } from './neighbour.ts'
import type { OwnJob } from './own-job.ts'
import { Relays } from './relays.ts'
import type { VolunteerChannel, VolunteerTree } from './tree.ts'

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
  readonly #relays: Relays
  readonly #helping: Helping
  readonly #own = new Map<JobId, OwnJob>()
  readonly #off: Unsubscribe[]
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
    this.#codes = new Codes(this.#limits, (hash) => this.#helping.codeArrived(hash))
    const [limits, codes, events] = [this.#limits, this.#codes, this.#events]
    const shared = { self: tree.id, clock, limits, codes, events }
    this.#helping = new Helping({ ...shared, jobs: () => this.#jobs() })
    this.#relays = new Relays({
      ...shared,
      neighbours: () => this.#neighbours.values(),
      came: (relay) => this.#helping.consider(relay),
      toldAgain: (relay) => this.#helping.fetch(relay),
    })
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
    return this.#helping.isOn
  }

  getStats(): VolunteerStats {
    return {
      jobs: this.#relays.size,
      computed: this.#helping.computed,
      running: this.#helping.running,
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
    this.#helping.start(executor)
  }

  /** Computes no more: what runs here is killed within a second, and computed elsewhere. */
  rest(): void {
    this.#helping.stop()
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
    this.#helping.consider(map)
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

  *#jobs(): Iterable<Job> {
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
    this.#relays.tell(neighbour)
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
    for (const job of this.#own.values()) {
      job.seq++
      this.#tell(job)
    }
    this.#relays.beat()
    this.#timers.set('beat', this.#limits.announceMs, () => this.#beat())
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
        return (
          !this.#own.has(frame.offer.job) && this.#relays.announced(from, frame.seq, frame.offer)
        )
      case 'want': {
        const job = this.#relays.get(frame.job) ?? this.#own.get(frame.job)
        job?.want(from, frame.limit)
        return job !== undefined
      }
      case 'result':
      case 'failed':
        return this.#answered(from, frame)
      case 'need':
        this.#codes.needed(frame.hash, from, this.#relays.sourceOf(frame.hash))
        return true
      case 'code':
        return this.#codes.received(frame.hash, frame.code, from)
      case 'probe':
        return from.offer({ kind: 'echo', stamp: frame.stamp })
      case 'echo':
        return this.#relays.echoed(from, frame.stamp)
      default: {
        const relay = this.#relays.get(frame.job)
        // Only who is on the way to the submitter speaks for it.
        if (relay === undefined || relay.source !== from) return false
        if (frame.kind === 'end') this.#relays.forget(relay)
        else if (frame.kind === 'cancel') relay.share.lending.cancel(frame.attempt)
        else if (frame.payload.length > this.#limits.payloadBytes) return false
        else relay.task(frame)
        return true
      }
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
}
