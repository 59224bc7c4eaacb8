import type { PeerId } from '@pigeon/xor'
import type { Address } from './address.ts'
import { type Answer, type Testimony, testimonyBytes } from './answers.ts'
import type { Core } from './core.ts'
import type { DhtRecord } from './record.ts'
import { readAnswer, readRecord } from './replica.ts'

/** What of an answer proved true. */
export interface Heard {
  readonly verdict: Answer['verdict']
  readonly record: DhtRecord | undefined
  /** By the id of who says so. */
  readonly testimonies: ReadonlyMap<PeerId, Testimony>
}

/**
 * Checks an answer: the record's signature, and that of each testimony.
 * @param name what testimonies are about: the request, or the put
 * @param done is told undefined if the answer makes no sense, or holds what is forged
 */
export function hear(
  core: Core,
  address: Address,
  name: string,
  body: Uint8Array,
  done: (heard: Heard | undefined) => void,
): void {
  const { proofs, sha256 } = core
  const answer = readAnswer(body, proofs)
  const record = answer?.record && readRecord(answer.record, address, sha256)
  if (answer === undefined || (answer.record !== undefined && record === undefined)) {
    done(undefined)
    return
  }
  const testimonies = new Map<PeerId, Testimony>()
  let open = answer.testimonies.length + 1
  let isForged = false
  const checked = (holds: boolean) => {
    isForged ||= !holds
    if (--open === 0) done(isForged ? undefined : { verdict: answer.verdict, record, testimonies })
  }
  for (const testimony of answer.testimonies) {
    proofs.check('answer', testimonyBytes(name, address, testimony), testimony.proof, (holds) => {
      if (holds) testimonies.set(testimony.proof.id, testimony)
      checked(true)
    })
  }
  if (record === undefined) checked(true)
  else proofs.checkRecord(record, checked)
}
