import type { PeerId } from '@pigeon/xor'
import { type Address, PLACES } from './address.ts'
import { encodePut, type PutBody, putBytes } from './bodies.ts'
import type { Core } from './core.ts'
import { DhtError, type DhtErrorCode, REFUSALS, Verdict } from './errors.ts'
import { nameOf, Op, type ReplyFrame } from './frames.ts'
import { hear } from './hearing.ts'
import { AGREEING, Leg } from './leg.ts'
import type { Outcome } from './lookup.ts'
import { compareRecords, type DhtRecord, saysTheSame } from './record.ts'

/** Replicas that must say that they have it. */
const STORED_FROM = 2

/** Places at which that must be so before a put is answered; the others go on. */
const ENOUGH_PLACES = 2

/** What a put did. */
export interface Stored {
  readonly address: Address
  readonly seq: number
  /** Replicas that said that they have it, so far. */
  readonly replicas: number
  /** Places on the ring at which they are, 1 to 3, so far. */
  readonly places: number
  /** Whether another record of the same number had to give way. */
  readonly beat: boolean
}

/** Puts one record at all of its places. */
export class Delivery {
  readonly #core: Core
  readonly #record: DhtRecord
  readonly #expected: number | undefined
  readonly #done: (outcome: Outcome<Stored>) => void
  readonly #replicas = new Set<PeerId>()
  readonly #cancel: () => void
  #body: Omit<PutBody, 'place' | 'expected'> | undefined
  #started = 0
  #over = 0
  #stored = 0
  #beat = false
  #refusal: DhtErrorCode = 'UNREACHABLE'
  #isDone = false

  /** @param expected the number that must stand at the first place, 0 for none */
  constructor(
    core: Core,
    record: DhtRecord,
    expected: number | undefined,
    done: (outcome: Outcome<Stored>) => void,
  ) {
    this.#core = core
    this.#record = record
    this.#expected = expected
    this.#done = done
    this.#cancel = core.after(core.limits.timeoutMs, () => this.#finish())
    const { options, proofs, sha256 } = core
    const name = nameOf(options.random.fill(new Uint8Array(16)))
    const put = { name, time: Math.floor(core.now()), record: record.bytes }
    proofs.prove('put', putBytes(put, sha256), (proof) => {
      this.#body = { ...put, proof }
      // Whether it may be written is decided at the first place, if that matters.
      while (this.#started < (expected === undefined ? PLACES : 1)) this.#start()
    })
  }

  #start(): void {
    const place = this.#started++
    const body = this.#body as Omit<PutBody, 'place' | 'expected'>
    const expected = place === 0 ? this.#expected : undefined
    const ids = new Set<PeerId>()
    const agreeing = AGREEING[this.#core.limits.paths] as number
    let ways = 0
    new Leg(this.#core, {
      place: this.#core.placesOf(this.#record.address)[place] as PeerId,
      op: Op.put,
      body: encodePut({ ...body, place, expected }),
      avoid: new Set(),
      isWary: this.#core.limits.paths > 1,
      isDecisive: expected !== undefined,
      heard: (reply, judge) =>
        this.#hear(reply, body.name, ids, (isStored) => {
          if (isStored && ++ways === 1) this.#stored++
          judge(ways >= agreeing)
        }),
      ended: () => {
        this.#over++
        // One replica is better than none.
        if (ways === 0 && ids.size > 0) this.#stored++
        if (ids.size > 0) while (this.#started < PLACES) this.#start()
        if (this.#over >= ENOUGH_PLACES && this.#stored >= ENOUGH_PLACES) this.#finish()
        else if (this.#over === this.#started) this.#finish()
      },
    })
  }

  #hear(
    { body }: ReplyFrame,
    name: string,
    ids: Set<PeerId>,
    judge: (isEnough: boolean) => void,
  ): void {
    const { view, sha256 } = this.#core
    const mine = this.#record
    hear(this.#core, mine.address, name, body, (heard) => {
      if (heard === undefined) return judge(false)
      const { verdict, record: current, testimonies } = heard
      for (const [id, { holds, seq }] of testimonies) {
        if (!holds || seq !== mine.seq) continue
        ids.add(id)
        this.#replicas.add(id)
      }
      const isMine =
        verdict === Verdict.conflict && current !== undefined && saysTheSame(current, mine)
      if (verdict === Verdict.stored || isMine) {
        this.#beat ||= isMine
        return judge(ids.size >= Math.min(STORED_FROM, view.size))
      }
      this.#refusal = REFUSALS[verdict] ?? this.#refusal
      const isBeaten = current !== undefined && compareRecords(current, mine, sha256) > 0
      if (isBeaten || verdict === Verdict.changed) this.#fail(this.#refusal, current)
      judge(false)
    })
  }

  #finish(): void {
    if (this.#stored === 0) {
      this.#fail(this.#refusal, undefined)
      return
    }
    if (this.#isDone) return
    this.#isDone = true
    this.#cancel()
    const { address, seq } = this.#record
    const [replicas, places, beat] = [this.#replicas.size, this.#stored, this.#beat]
    this.#done({ ok: true, value: { address, seq, replicas, places, beat } })
  }

  #fail(code: DhtErrorCode, current: DhtRecord | undefined): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#cancel()
    const error = new DhtError(code, MESSAGES[code] ?? 'too few replicas answered')
    this.#done({ ok: false, error, ...(current && { current }) })
  }
}

const MESSAGES: Partial<Record<DhtErrorCode, string>> = {
  CONFLICT: 'another record of this number stands',
  OUTDATED: 'a record of a higher number is there',
  CHANGED: 'the record is not the one that was expected',
  EXPIRED: 'the time of the record is over, or too far ahead',
  INVALID: 'replicas do not accept the record',
  FULL: 'replicas have no room for the record',
}
