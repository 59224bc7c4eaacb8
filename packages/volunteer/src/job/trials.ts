import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { FailureReason, Outcome } from '../failure.ts'
import { AVOID_LIMIT } from '../frames.ts'
import type { Neighbour } from '../neighbour.ts'
import type { Share } from '../share.ts'
import { decodeValue } from '../values.ts'
import { Durations } from './durations.ts'
import type { DeadLetter } from './entry.ts'
import type { Copy, Item } from './item.ts'
import { judge } from './judge.ts'
import { Names } from './names.ts'
import type { MapLimits, MapOptions } from './options.ts'
import type { Workers } from './workers.ts'

/** Beside twice the time of a task, what an answer may take before the copy is taken for lost, ms. */
const SLACK_MS = 5000

/** How long a task waits for somebody else than those who failed at it, ms. */
const PARKED_MS = 2000

/** What {@link Trials} are given. */
export interface TrialsWorld<I> {
  readonly share: Share
  readonly options: Pick<MapOptions, 'hedge' | 'validation'>
  readonly limits: MapLimits
  readonly workers: Workers
  readonly clock: Clock
  readonly random: Random
  /** An input has its result. */
  accepted(index: number, payload: Uint8Array): void
  /** It has none. */
  buried(letter: DeadLetter<I>): void
}

/** What {@link Trials} counted. */
export interface TrialCounts {
  copies: number
  lost: number
  failed: number
  surplus: number
}

/**
 * Each input until it has a result: who is asked, again and by how many, and when it is given up.
 *
 * Invariant: an input has copies that are lent or queued, or is parked.
 */
export class Trials<I> {
  readonly counts: TrialCounts = { copies: 0, lost: 0, failed: 0, surplus: 0 }
  readonly #world: TrialsWorld<I>
  readonly #items = new Map<number, Item<I>>()
  /** The input of each copy. */
  readonly #byAttempt = new Map<number, Item<I>>()
  /** Inputs that nobody there is may compute, and since when. */
  readonly #parked = new Map<Item<I>, number>()
  readonly #durations = new Durations()
  readonly #names: Names

  constructor(world: TrialsWorld<I>) {
    this.#world = world
    this.#names = new Names(world.random)
  }

  get parked(): number {
    return this.#parked.size
  }

  start(index: number, input: I, payload: Uint8Array): void {
    const { validation } = this.#world.options
    const item: Item<I> = {
      index,
      input,
      payload,
      agreeing: validation?.agreeing(index, this.#names.next() / 2 ** 48) ?? 1,
      copies: new Map(),
      votes: [],
      failedAt: [],
      silent: new Set(),
      tries: 0,
      losses: 0,
    }
    this.#items.set(index, item)
    for (let copy = 0; copy < item.agreeing; copy++) this.#lend(item)
  }

  /** @returns whether it was waited for. @param from undefined: this node itself */
  outcome(from: Neighbour | undefined, worker: PeerId, attempt: number, outcome: Outcome): boolean {
    const { share } = this.#world
    const item = this.#byAttempt.get(attempt)
    if (item === undefined) {
      if (outcome.ok) this.counts.surplus++
      return false
    }
    const task = share.answered(from, attempt, outcome)
    if (task === undefined && !outcome.ok) return true
    const copy = item.copies.get(attempt)
    this.#drop(item, attempt)
    if (outcome.ok) this.#vote(item, worker, outcome.payload, copy)
    else if (outcome.reason === 'lost') this.#lostCopy(item, outcome.text)
    else this.#failedCopy(item, worker, outcome.reason, outcome.text)
    return true
  }

  /** Somebody got a copy. */
  lent(attempt: number): void {
    const copy = this.#byAttempt.get(attempt)?.copies.get(attempt)
    if (copy !== undefined) copy.lentAt = this.#world.clock.now()
  }

  /** Nobody there is may have this copy: its input waits for others. */
  nobody(attempt: number): void {
    const item = this.#byAttempt.get(attempt)
    if (item === undefined) return
    this.#drop(item, attempt)
    this.counts.copies--
    this.#parked.set(item, this.#world.clock.now())
  }

  /** A copy is gone with whoever had it. @param blame how much of a loss that is for it, to 1 */
  lose(attempt: number, text: string, blame = 1): void {
    const item = this.#byAttempt.get(attempt)
    if (item === undefined) return
    this.#drop(item, attempt)
    this.#lostCopy(item, text, blame)
  }

  /** Regularly: what is overdue, what may be tried by anybody now, what is worth another copy. */
  review(isTail: boolean): void {
    const { share, limits, clock } = this.#world
    const now = clock.now()
    const lease = 2 * limits.timeoutMs + SLACK_MS
    for (const item of [...this.#items.values()]) {
      for (const [attempt, { lentAt }] of [...item.copies]) {
        if (lentAt === undefined || now - lentAt < lease) continue
        const holder = share.lending.holder(attempt)
        if (holder !== undefined) item.silent.add(holder)
        share.lending.cancel(attempt)
        this.lose(attempt, `no answer in ${lease} ms`)
      }
    }
    for (const [item, since] of [...this.#parked]) {
      if (now - since < PARKED_MS) continue
      this.#parked.delete(item)
      this.#lend(item, true)
    }
    if (isTail) this.#hedge(now)
  }

  clear(): void {
    this.#items.clear()
    this.#byAttempt.clear()
    this.#parked.clear()
  }

  /** Lends one more copy. @param lenient also to who failed at it */
  #lend(item: Item<I>, lenient = false): void {
    const others = [...item.copies.keys()].map((attempt) =>
      this.#world.share.lending.holder(attempt),
    )
    const voters = item.votes.map(({ worker }) => worker)
    const shunned = lenient ? [] : [...item.failedAt, ...this.#world.workers.suspects()]
    const avoid = [...new Set([...voters, ...shunned])].slice(0, AVOID_LIMIT)
    const task = {
      attempt: this.#names.next(),
      payload: item.payload,
      avoid,
      losses: 0,
      declined: new Set(lenient ? [] : item.silent),
      reluctant: new Set(others.filter((holder) => holder !== undefined)),
    }
    item.copies.set(task.attempt, { task, lentAt: undefined })
    this.#byAttempt.set(task.attempt, item)
    this.counts.copies++
    this.#world.share.lending.add(task, item.tries + item.losses > 0)
  }

  #lostCopy(item: Item<I>, text: string, blame = 1): void {
    this.counts.lost++
    item.losses += blame
    if (item.losses > this.#world.limits.losses) this.#bury(item, 'lost', text)
    else if (item.copies.size + item.votes.length < item.agreeing) this.#lend(item)
  }

  #failedCopy(item: Item<I>, worker: PeerId, reason: FailureReason, text: string): void {
    this.counts.failed++
    this.#world.workers.count(worker, 'failed')
    item.failedAt.push(worker)
    if (++item.tries >= this.#world.limits.tries) this.#bury(item, reason, text)
    else this.#lend(item)
  }

  #vote(item: Item<I>, worker: PeerId, payload: Uint8Array, copy: Copy | undefined): void {
    const now = this.#world.clock.now()
    let value: unknown
    try {
      value = decodeValue(payload)
    } catch {
      this.#failedCopy(item, worker, 'threw', 'its result makes no sense')
      return
    }
    if (copy?.lentAt !== undefined) this.#durations.add(now - copy.lentAt)
    // Each has one vote.
    if (!item.votes.some((vote) => vote.worker === worker)) {
      item.votes.push({ worker, payload, value })
      this.#world.workers.count(worker, 'done')
    }
    const { validation } = this.#world.options
    const same = validation?.same ?? (() => true)
    const { accepted, contradicted, missing } = judge(item.votes, item.agreeing, same)
    if (accepted !== undefined) {
      for (const liar of contradicted) this.#world.workers.count(liar, 'contradicted')
      this.#remove(item)
      this.#world.accepted(item.index, accepted.payload)
      return
    }
    if (item.votes.length >= (validation?.most ?? 1)) {
      this.#bury(item, 'disputed', `${item.votes.length} workers do not agree`)
      return
    }
    for (let copies = item.copies.size; copies < missing; copies++) this.#lend(item)
  }

  #bury(item: Item<I>, reason: FailureReason, text: string): void {
    this.#remove(item)
    const { index, input, tries, losses } = item
    this.#world.buried({ index, input, reason, text, tries, losses })
  }

  /** Takes all its copies back. */
  #remove(item: Item<I>): void {
    for (const attempt of [...item.copies.keys()]) {
      this.#world.share.lending.cancel(attempt)
      this.#drop(item, attempt)
    }
    this.#parked.delete(item)
    this.#items.delete(item.index)
  }

  #drop(item: Item<I>, attempt: number): void {
    item.copies.delete(attempt)
    this.#byAttempt.delete(attempt)
  }

  #hedge(now: number): void {
    const { hedge } = this.#world.options
    if (hedge === undefined) return
    const after = hedge.after(this.#durations.values)
    for (const item of this.#items.values()) {
      if (this.#world.share.lending.demand <= 0) return
      if (item.copies.size === 0 || item.copies.size >= hedge.copies * item.agreeing) continue
      const times = [...item.copies.values()].map(({ lentAt }) => lentAt ?? now)
      if (now - Math.max(...times) >= after) this.#lend(item)
    }
  }
}
