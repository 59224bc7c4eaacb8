import { ByteReader } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Address, kindOf, placeOf, RecordKind, readAddress } from './address.ts'
import { type Answer, encodeAnswer, type Testimony } from './answers.ts'
import { decodePut, decodeSubscribe, leaseBytes, type PutBody, putBytes } from './bodies.ts'
import type { Core } from './core.ts'
import { Verdict } from './errors.ts'
import { Op, type RequestFrame } from './frames.ts'
import { Gathering } from './gathering.ts'
import { compareRecords, type DhtRecord, decodeRecord } from './record.ts'
import { NO_NAME, type Replica, readRecord } from './replica.ts'
import type { Answering } from './router.ts'
import { SKEW_MS } from './shelf.ts'

/** Replicas that hold a record before its put is answered, the one that answers included. */
const STORED_BY = 3

/** Replicas that a get of a record that may change hears, the one that answers included. */
const READ_FROM = 2

/** Nothing can be said. */
const refusal = (verdict: Verdict): Answer => ({ verdict, record: undefined, testimonies: [] })

/**
 * Answers for a place on the ring: this peer is where the way to it ended. Does nothing alone: gets
 * are checked with other replicas, and puts handed on to them, before an answer goes back.
 */
export class Keeper implements Answering {
  readonly #core: Core
  readonly #replica: Replica
  readonly #offered: (body: Uint8Array) => Uint8Array

  /** @param offered answers an offer */
  constructor(core: Core, replica: Replica, offered: (body: Uint8Array) => Uint8Array) {
    this.#core = core
    this.#replica = replica
    this.#offered = offered
  }

  /** What cannot change may be answered by anybody who has it. */
  readonly early = ({ op, body, trace }: RequestFrame): Uint8Array | undefined => {
    if (op !== Op.get || body[0] !== RecordKind.immutable || trace !== undefined) return undefined
    const record = this.#core.shelf.live(addressIn(body))
    return record && encodeAnswer({ ...refusal(Verdict.stored), record: record.bytes })
  }

  readonly serve = (request: RequestFrame, reply: (body: Uint8Array) => void): void => {
    const { body } = request
    const answer = (one: Answer) => reply(encodeAnswer(one))
    switch (request.op) {
      case Op.get:
        this.#gather(addressIn(body), request, answer)
        break
      case Op.put:
        this.#put(request, answer)
        break
      case Op.subscribe:
        this.#subscribe(request, answer)
        break
      case Op.ask:
        this.#replica.answerAsk(body, reply)
        break
      case Op.store:
        this.#replica.answerStore(body, reply)
        break
      case Op.leases:
        this.#replica.answerLeases(body)
        reply(new Uint8Array(0))
        break
      case Op.offer:
        reply(this.#offered(body))
        break
      default:
        answer(refusal(Verdict.invalid))
    }
  }

  /** The best record of the replicas: of two if this peer has one, of all if not. */
  #gather(
    address: Address,
    { id: name, place }: RequestFrame,
    done: (answer: Answer) => void,
  ): void {
    const { shelf, sha256, proofs, view, self } = this.#core
    const all = view.replicas(place)
    const held = shelf.live(address)
    const isFixed = kindOf(address) === RecordKind.immutable
    let best = held
    const testimonies: Testimony[] = []
    const others = all.filter((id) => id !== self)
    const finish = () =>
      done({ verdict: Verdict.stored, record: best?.bytes, testimonies: testimonies.slice(0, 5) })
    const gather = () => {
      const isEnough = () => best !== undefined && (isFixed || testimonies.length >= READ_FROM)
      const gathering = new Gathering(others.length, isEnough, finish)
      // One is enough where this peer has it; the others are asked only if that one is silent.
      const atOnce = held === undefined ? others.length : READ_FROM - 1
      gathering.start(atOnce, (index, heard) => {
        const peer = others[index] as PeerId
        this.#replica.ask(peer, { name, address, have: best?.seq ?? -1 }, (answer) => {
          if (answer !== undefined) testimonies.push(...answer.testimonies.slice(0, 1))
          const record = answer?.record && readRecord(answer.record, address, sha256)
          if (record === undefined) return heard()
          proofs.checkRecord(record, (holds) => {
            if (holds && (best === undefined || compareRecords(record, best, sha256) > 0)) {
              best = record
              this.#mend(record, place, all)
            }
            heard()
          })
        })
      })
    }
    if (!all.includes(self) && held === undefined) {
      gather()
      return
    }
    this.#replica.testify(name, address, (testimony) => {
      testimonies.push(testimony)
      gather()
    })
  }

  /** Another replica has a newer record than this one. */
  #mend(record: DhtRecord, place: PeerId, replicas: readonly PeerId[]): void {
    const { self, sha256 } = this.#core
    if (!replicas.includes(self)) return
    const index = [0, 1, 2].find((at) => placeOf(record.address, at, sha256) === place)
    if (index === undefined) return
    this.#replica.accept(record, self, index, NO_NAME, undefined, () => {})
  }

  #put(request: RequestFrame, done: (answer: Answer) => void): void {
    const { proofs, sha256, now } = this.#core
    const put = decodePut(request.body, proofs)
    const record = decodeRecord(new Uint8Array(put.record), sha256)
    if (placeOf(record.address, put.place, sha256) !== request.place) {
      done(refusal(Verdict.invalid))
      return
    }
    if (Math.abs(now() - put.time) > SKEW_MS) {
      done(refusal(Verdict.expired))
      return
    }
    proofs.check('put', putBytes(put, sha256), put.proof, (isOrigin) => {
      if (!isOrigin) return done(refusal(Verdict.invalid))
      proofs.checkRecord(record, (holds) => {
        if (holds) this.#keep(put, record, request.place, done)
        else done(refusal(Verdict.invalid))
      })
    })
  }

  #keep(put: PutBody, record: DhtRecord, at: PeerId, done: (answer: Answer) => void): void {
    const { view, self } = this.#core
    const { name, place, expected, proof } = put
    const all = view.replicas(at)
    const others = all.filter((id) => id !== self)
    const share = (first: Answer) => {
      const testimonies = [...first.testimonies]
      let worse: Answer | undefined
      const isEnough = () => testimonies.length >= STORED_BY
      const finish = () => done(worse ?? { ...first, testimonies: testimonies.slice(0, 5) })
      const gathering = new Gathering(others.length, isEnough, finish)
      gathering.start(others.length, (index, heard) => {
        const body = { name, origin: proof.id, place, record: record.bytes }
        this.#replica.store(others[index] as PeerId, body, (answer) => {
          if (answer?.verdict === Verdict.stored)
            testimonies.push(...answer.testimonies.slice(0, 1))
          const isWorse =
            answer?.verdict === Verdict.outdated || answer?.verdict === Verdict.conflict
          if (isWorse && first.verdict === Verdict.stored) worse = answer
          heard()
        })
      })
    }
    if (!all.includes(self)) {
      share(refusal(Verdict.stored))
      return
    }
    this.#replica.accept(record, proof.id, place, name, expected, (answer) => {
      const isKept = answer.verdict === Verdict.stored || answer.verdict === Verdict.conflict
      if (isKept) share(answer)
      else done(answer)
    })
  }

  #subscribe(request: RequestFrame, done: (answer: Answer) => void): void {
    const { proofs, leases, view, self, sha256 } = this.#core
    const { lease, place, have } = decodeSubscribe(request.body, proofs)
    const { address } = lease
    const at = placeOf(address, place, sha256)
    if (at !== request.place) {
      done(refusal(Verdict.invalid))
      return
    }
    if (!leases.isValid(lease)) {
      done(refusal(Verdict.expired))
      return
    }
    proofs.check('lease', leaseBytes(lease), lease.proof, (holds) => {
      if (!holds) return done(refusal(Verdict.invalid))
      const all = view.replicas(at)
      if (all.includes(self) && !leases.add(lease, place)) return done(refusal(Verdict.full))
      for (const peer of all) if (peer !== self) this.#replica.lend(peer, [lease], place)
      this.#gather(address, request, (answer) => {
        const seq = Math.max(...answer.testimonies.map((testimony) => testimony.seq), -1)
        done(seq > have ? answer : { ...answer, record: undefined })
      })
    })
  }
}

function addressIn(body: Uint8Array): Address {
  const reader = new ByteReader(body)
  const read = readAddress(reader)
  reader.end()
  return read
}
