import type { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** How long a card counts, ms. */
export const CARD_VALID_MS = 90_000

/** How often a peer renews its own card with its neighbours, ms. */
export const CARD_RENEW_MS = 15_000

/** Cards in one frame at most. */
export const MAX_CARDS = 64

/** Free places that are not known. */
export const UNKNOWN_FREE = 255

/** One step of an age on the wire, ms; ages are rounded up, so nobody makes a card younger. */
const AGE_STEP_MS = 500

/** What is told of a peer. */
export interface Card {
  readonly id: PeerId
  /** Since that peer itself last said that it is there, ms. */
  readonly ageMs: number
  /** Links it has room for, or {@link UNKNOWN_FREE}. */
  readonly free: number
}

/** An age as one byte; too old for one byte is too old for a card. */
function writeAge(writer: ByteWriter, ageMs: number): void {
  writer.u8(Math.min(255, Math.max(0, Math.ceil(ageMs / AGE_STEP_MS))))
}

/** `count varuint`, then `id 20, age u8 in half seconds, free u8` of each. */
export function writeCards(writer: ByteWriter, cards: readonly Card[]): ByteWriter {
  const some = cards.slice(0, MAX_CARDS)
  writer.varuint(some.length)
  for (const { id, ageMs, free } of some) {
    writeAge(writer.id(id), ageMs)
    writer.u8(free)
  }
  return writer
}

/** @throws WireError for bytes that are no cards */
export function readCards(reader: ByteReader): Card[] {
  return Array.from({ length: reader.varuint(MAX_CARDS) }, () => ({
    id: reader.id(),
    ageMs: reader.u8() * AGE_STEP_MS,
    free: reader.u8(),
  }))
}

/** `count varuint, ids`. */
export function writeIds(writer: ByteWriter, ids: readonly PeerId[]): ByteWriter {
  writer.varuint(ids.length)
  for (const id of ids) writer.id(id)
  return writer
}

/** @throws WireError for bytes that are no ids, or more than `limit` */
export function readIds(reader: ByteReader, limit: number): PeerId[] {
  return Array.from({ length: reader.varuint(limit) }, () => reader.id())
}
