import type { PeerId } from '@pigeon/xor'
import { type Address, placeOf, type Sha256 } from './address.ts'
import {
  type Answer,
  decodeAnswer,
  encodeAnswer,
  type Testimony,
  testimonyBytes,
} from './answers.ts'
import {
  decodeAsk,
  decodeLeases,
  decodeStore,
  encodeAsk,
  encodeLeases,
  encodeStore,
  type Lease,
  leaseBytes,
  MAX_LEASES_SENT,
  type StoreBody,
} from './bodies.ts'
import type { Core } from './core.ts'
import { Verdict } from './errors.ts'
import { nameOf, Op } from './frames.ts'
import type { Proofs } from './proofs.ts'
import { type DhtRecord, decodeRecord } from './record.ts'
import type { Offered } from './shelf.ts'

/** Names no put: what replicas give each other on their own. */
export const NO_NAME: string = '\0'.repeat(16)

/** The address of no record. */
const NOTHING = `01${'0'.repeat(64)}` as Address

/** What one replica says to another, and how it answers. */
export class Replica {
  readonly #core: Core
  readonly #accepted: (record: DhtRecord, offered: Offered, place: number) => void

  /** @param accepted is told of each record that this replica was offered and looked at */
  constructor(core: Core, accepted: (record: DhtRecord, offered: Offered, place: number) => void) {
    this.#core = core
    this.#accepted = accepted
  }

  /** Asks another replica for its record. */
  ask(
    peer: PeerId,
    question: { name: string; address: Address; have: number },
    done: (answer: Answer | undefined) => void,
  ): void {
    this.#question(peer, Op.ask, encodeAsk(question), done)
  }

  /** Asks a peer for a proof that it is there. */
  probe(peer: PeerId, done: (isThere: boolean) => void): void {
    const { options, proofs } = this.#core
    const name = nameOf(options.random.fill(new Uint8Array(16)))
    this.ask(peer, { name, address: NOTHING, have: -1 }, (answer) => {
      const [testimony] = answer?.testimonies ?? []
      if (testimony?.proof.id !== peer) done(false)
      else proofs.check('answer', testimonyBytes(name, NOTHING, testimony), testimony.proof, done)
    })
  }

  /** Gives a record to another replica. */
  store(peer: PeerId, body: StoreBody, done: (answer: Answer | undefined) => void): void {
    this.#question(peer, Op.store, encodeStore(body), done)
  }

  /** Gives leases to another replica. */
  lend(peer: PeerId, leases: readonly Lease[], place: number): void {
    for (let from = 0; from < leases.length; from += MAX_LEASES_SENT) {
      const some = leases.slice(from, from + MAX_LEASES_SENT)
      this.#question(peer, Op.leases, encodeLeases(some, place), () => {})
    }
  }

  /** Takes over what another replica holds, if that is better. */
  fetch(peer: PeerId, address: Address, place: number): void {
    const { shelf, sha256, proofs } = this.#core
    const origin = shelf.get(address)?.origin ?? peer
    this.ask(peer, { name: NO_NAME, address, have: -1 }, (answer) => {
      const record = answer?.record && readRecord(answer.record, address, sha256)
      if (record === undefined) return
      proofs.checkRecord(record, (holds) => {
        if (holds) this.accept(record, origin, place, NO_NAME, undefined, () => {})
      })
    })
  }

  /** Says under signature what this replica holds. */
  testify(name: string, address: Address, done: (testimony: Testimony) => void): void {
    const { shelf, proofs } = this.#core
    const record = shelf.live(address)
    const said = { holds: record !== undefined, seq: record?.seq ?? 0 }
    proofs.prove('answer', testimonyBytes(name, address, said), (proof) => done({ ...said, proof }))
  }

  answerAsk(body: Uint8Array, reply: (body: Uint8Array) => void): void {
    const { name, address, have } = decodeAsk(body)
    this.testify(name, address, (testimony) => {
      const held = this.#core.shelf.live(address)
      const record = held !== undefined && held.seq !== have ? held.bytes : undefined
      reply(encodeAnswer({ verdict: Verdict.stored, record, testimonies: [testimony] }))
    })
  }

  answerStore(body: Uint8Array, reply: (body: Uint8Array) => void): void {
    const { sha256, view, self, proofs } = this.#core
    const { name, origin, place, record: bytes } = decodeStore(body)
    const record = decodeRecord(new Uint8Array(bytes), sha256)
    const refuse = (verdict: Verdict) =>
      reply(encodeAnswer({ verdict, record: undefined, testimonies: [] }))
    const at = placeOf(record.address, place, sha256)
    if (!view.replicas(at).includes(self)) {
      refuse(Verdict.elsewhere)
      return
    }
    proofs.checkRecord(record, (holds) => {
      if (!holds) return refuse(Verdict.invalid)
      this.accept(record, origin, place, name, undefined, (answer) => reply(encodeAnswer(answer)))
    })
  }

  answerLeases(body: Uint8Array): void {
    const { leases, proofs } = this.#core
    const read = decodeLeases(body, proofs)
    for (const lease of read.leases) {
      if (!leases.isValid(lease)) continue
      proofs.check('lease', leaseBytes(lease), lease.proof, (holds) => {
        if (holds) leases.add(lease, read.place)
      })
    }
  }

  /** Puts a record on the shelf, and says what became of it. */
  accept(
    record: DhtRecord,
    origin: PeerId,
    place: number,
    name: string,
    expected: number | undefined,
    done: (answer: Answer) => void,
  ): void {
    const { shelf } = this.#core
    const put = name === NO_NAME ? undefined : name
    const offered = shelf.offer(record, origin, place, { expected, put })
    const { verdict, item } = offered
    this.#accepted(record, offered, place)
    this.testify(name, record.address, (testimony) => {
      const current = verdict === Verdict.stored ? undefined : item?.record.bytes
      done({ verdict, record: current, testimonies: [testimony] })
    })
  }

  #question(
    peer: PeerId,
    op: number,
    body: Uint8Array,
    done: (answer: Answer | undefined) => void,
  ): void {
    const { router, limits, proofs, view } = this.#core
    const timeoutMs = limits.replicaMs
    router.ask({ place: peer, exact: true, op, body, timeoutMs }, (reply) => {
      if (reply === undefined) view.doubt(peer)
      done(reply && readAnswer(reply.body, proofs))
    })
  }
}

/** An answer, or undefined for what is none. */
export function readAnswer(body: Uint8Array, proofs: Proofs): Answer | undefined {
  try {
    return decodeAnswer(body, proofs)
  } catch {
    return undefined
  }
}

/** The record of an address that bytes spell, or undefined; copied, since it may be kept. */
export function readRecord(
  bytes: Uint8Array,
  address: Address,
  sha256: Sha256,
): DhtRecord | undefined {
  try {
    const record = decodeRecord(new Uint8Array(bytes), sha256)
    return record.address === address ? record : undefined
  } catch {
    return undefined
  }
}
