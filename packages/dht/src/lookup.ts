import type { PeerId } from '@pigeon/xor'
import { type Address, addressBytes, kindOf, PLACES, RecordKind } from './address.ts'
import type { Core } from './core.ts'
import { DhtError } from './errors.ts'
import { Op, type ReplyFrame } from './frames.ts'
import { hear } from './hearing.ts'
import { AGREEING, Leg } from './leg.ts'
import { compareRecords, type DhtRecord } from './record.ts'

/** Replicas that must agree that there is nothing, at each of two places. */
const NONE_FROM = 3

/** Replicas that must be heard of a record that may change. */
const FOUND_FROM = 2

/** How often all places are gone through: links to peers that died give way to others meanwhile. */
const ROUNDS = 2

/** How long until the second time, in attempts. */
const REST = 2

/** What a get found. */
export interface Found {
  readonly address: Address
  /** The best record that was heard of, perhaps one that says it is deleted; undefined for none. */
  readonly record: DhtRecord | undefined
  /** Replicas whose word was heard. */
  readonly replicas: number
  /** Hops of the answer that came last. */
  readonly hops: number
}

/** What became of something. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: DhtError; readonly current?: DhtRecord }

/**
 * Gets one record: from its first place, or from as many as `paths` says; where that fails, or
 * nothing is there, from the next; where all fail, once more from the first.
 */
export class Lookup {
  readonly #core: Core
  readonly #address: Address
  readonly #paths: number
  readonly #done: (outcome: Outcome<Found>) => void
  readonly #avoid = new Set<PeerId>()
  readonly #heardFrom = new Set<PeerId>()
  readonly #cancel: () => void
  #best: DhtRecord | undefined
  #hops = 0
  #round = 1
  /** Of this round. */
  #started = 0
  #found = 0
  /** Of this round. */
  #none = 0
  /** Of this round. */
  #over = 0
  #isDone = false

  constructor(
    core: Core,
    address: Address,
    paths: number,
    done: (outcome: Outcome<Found>) => void,
  ) {
    this.#core = core
    this.#address = address
    this.#paths = paths
    this.#done = done
    this.#cancel = core.after(core.limits.timeoutMs, () => this.#finish())
    this.#begin()
  }

  #begin(): void {
    while (this.#started < this.#paths) this.#start()
  }

  #start(): void {
    const { placesOf } = this.#core
    const index = this.#started++
    const ids = new Set<PeerId>()
    const none = new Set<PeerId>()
    let found = false
    let noneWays = 0
    new Leg(this.#core, {
      place: placesOf(this.#address)[index] as PeerId,
      op: Op.get,
      body: addressBytes(this.#address),
      avoid: this.#avoid,
      isWary: this.#paths > 1,
      heard: (reply, judge) =>
        this.#hear(reply, ids, none, (verdict) => {
          if (verdict === 'found') found = true
          if (verdict === 'none') noneWays++
          judge(found || noneWays >= (AGREEING[this.#paths] as number))
        }),
      ended: () => {
        this.#over++
        if (found) this.#found++
        else if (noneWays > 0) this.#none++
        this.#decide()
      },
    })
  }

  #hear(
    { id, body, hops }: ReplyFrame,
    ids: Set<PeerId>,
    none: Set<PeerId>,
    judge: (verdict: 'found' | 'none' | undefined) => void,
  ): void {
    const { view, sha256, now } = this.#core
    hear(this.#core, this.#address, id, body, (heard) => {
      if (heard === undefined) return judge(undefined)
      this.#hops = hops
      const { record, testimonies } = heard
      let promised = 0
      for (const [peer, { holds, seq }] of testimonies) {
        this.#heardFrom.add(peer)
        ids.add(peer)
        if (holds) promised = Math.max(promised, seq)
        else none.add(peer)
      }
      if (record === undefined || record.expiresAt <= now()) {
        const isNone = none.size >= Math.min(NONE_FROM, view.size) && none.size === ids.size
        return judge(isNone ? 'none' : undefined)
      }
      if (this.#best === undefined || compareRecords(record, this.#best, sha256) > 0) {
        this.#best = record
      }
      const isFixed = kindOf(this.#address) === RecordKind.immutable
      const isHeard = ids.size >= Math.min(FOUND_FROM, view.size) && promised <= record.seq
      judge(isFixed || isHeard ? 'found' : undefined)
    })
  }

  #decide(): void {
    if (this.#isDone) return
    const areOver = this.#over === this.#started && this.#started >= this.#paths
    if (!areOver) return
    if (this.#found > 0) {
      this.#finish()
      return
    }
    // Where peers died, those that take their places have yet to get what these kept.
    const mayBeLate = this.#round < ROUNDS && this.#core.view.isShaken
    const isAgreed = this.#none >= Math.max(2, this.#paths)
    if (isAgreed && !mayBeLate) this.#finish()
    else if (this.#started < PLACES) this.#start()
    else if (this.#round < ROUNDS && this.#best === undefined) this.#again()
    else this.#finish()
  }

  #again(): void {
    this.#round++
    this.#core.after(REST * this.#core.limits.attemptMs, () => {
      if (this.#isDone) return
      this.#avoid.clear()
      this.#started = 0
      this.#over = 0
      this.#none = 0
      this.#begin()
    })
  }

  #finish(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#cancel()
    const record = this.#best
    if (record === undefined && this.#none < 2) {
      const error = new DhtError('UNREACHABLE', 'too few replicas answered')
      this.#done({ ok: false, error })
      return
    }
    const found = {
      address: this.#address,
      record,
      replicas: this.#heardFrom.size,
      hops: this.#hops,
    }
    this.#done({ ok: true, value: found })
  }
}
