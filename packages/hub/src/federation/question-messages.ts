import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_FEDERATED_BYTES } from '../v1/federated-name.ts'

/** Members named in one answer. */
export const MAX_NAMED = 64

/**
 * What is asked of the keepers of a place: `find`: where one member is; `discover`: whom a newcomer
 * should know; `up`, `down`: the next ids on one side; `sample`: some at random.
 */
const KINDS = ['find', 'discover', 'up', 'down', 'sample'] as const

/** One of the kinds of question. */
type QuestionKind = (typeof KINDS)[number]

/** A question to the keepers of one place. */
export interface Question {
  readonly kind: QuestionKind
  readonly network: string
  readonly prefix: string
  readonly id: PeerId
}

/** Members and their home hubs. */
export type Homes = ReadonlyMap<PeerId, PeerId>

/** @param number by which the answer is known */
export function encodeQuestion(number: number, question: Question): Uint8Array {
  const { kind, network, prefix, id } = question
  const writer = new ByteWriter(64).varuint(number).u8(KINDS.indexOf(kind))
  return writer.text(network).text(prefix).id(id).finish()
}

/** @returns `undefined` for what makes no sense */
export function decodeQuestion(
  bytes: Uint8Array,
): { readonly number: number; readonly question: Question } | undefined {
  try {
    const reader = new ByteReader(bytes)
    const number = reader.varuint()
    const kind = KINDS[reader.u8()]
    const [network, prefix, id] = [reader.text(MAX_FEDERATED_BYTES), reader.text(8), reader.id()]
    return kind && { number, question: { kind, network, prefix, id } }
  } catch {
    return undefined
  }
}

/** @param homes at most {@link MAX_NAMED} */
export function encodeAnswer(number: number, homes: Homes): Uint8Array {
  const hubs = [...new Set(homes.values())]
  const writer = new ByteWriter(64 + homes.size * 24).varuint(number).varuint(hubs.length)
  for (const hub of hubs) writer.id(hub)
  for (const [member, hub] of homes) writer.id(member).varuint(hubs.indexOf(hub))
  return writer.finish()
}

/** @returns `undefined` for what makes no sense; members of no hub are left out */
export function decodeAnswer(
  bytes: Uint8Array,
): { readonly number: number; readonly homes: Homes } | undefined {
  try {
    const reader = new ByteReader(bytes)
    const number = reader.varuint()
    const hubs = Array.from({ length: reader.varuint(MAX_NAMED) }, () => reader.id())
    const homes = new Map<PeerId, PeerId>()
    for (let count = 0; reader.remaining > 0 && count < MAX_NAMED; count++) {
      const member = reader.id()
      const hub = hubs[reader.varuint(MAX_NAMED)]
      if (hub !== undefined) homes.set(member, hub)
    }
    return { number, homes }
  } catch {
    return undefined
  }
}
