import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Card, readCards, readIds, writeCards, writeIds } from './cards.ts'
import { MAX_WAY } from './route-frames.ts'

/** The part of a mesh that a search for ids is for. */
export const FIND_SERVICE = 2

/** The part of a mesh that answers with its next ones on the ring. */
export const FOURS_SERVICE = 3

/** What is found: the cards around the id searched, and the way to whoever told them. */
export interface Found {
  /** Empty if it was too long to be recorded. */
  readonly way: readonly PeerId[]
  readonly cards: readonly Card[]
}

export function encodeFound({ way, cards }: Found): Uint8Array {
  return writeCards(writeIds(new ByteWriter(256), way), cards).finish()
}

/** @returns undefined for bytes that are none */
export function decodeFound(bytes: Uint8Array): Found | undefined {
  try {
    const reader = new ByteReader(bytes)
    const found = { way: readIds(reader, MAX_WAY), cards: readCards(reader) }
    reader.end()
    return found
  } catch {
    return undefined
  }
}

/** The cards of whoever asks, itself first. */
export function encodeAsker(cards: readonly Card[]): Uint8Array {
  return writeCards(new ByteWriter(256), cards).finish()
}

/** @returns none for bytes that are no cards */
export function decodeAsker(bytes: Uint8Array): Card[] {
  try {
    const reader = new ByteReader(bytes)
    const cards = readCards(reader)
    reader.end()
    return cards
  } catch {
    return []
  }
}
