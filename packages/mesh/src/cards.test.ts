import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { type Card, MAX_CARDS, readCards, readIds, writeCards, writeIds } from './cards.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const throughWire = (...cards: Card[]) =>
  readCards(new ByteReader(writeCards(new ByteWriter(64), cards).finish()))

test('ages are rounded up to half seconds, and end above what counts', () => {
  const ages = [0, 1, 500, 501, 89_999, 200_000, -5].map((ageMs) => ({ id: id(1), ageMs, free: 7 }))
  expect(throughWire(...ages).map(({ ageMs }) => ageMs)).toEqual([
    0, 500, 500, 1000, 90_000, 127_500, 0,
  ])
  expect(throughWire({ id: id(9), ageMs: 0, free: 255 })).toEqual([
    { id: id(9), ageMs: 0, free: 255 },
  ])
})

test('64 cards are written, and more are not read', () => {
  const many = Array.from({ length: MAX_CARDS + 1 }, (_, n) => ({ id: id(n), ageMs: 0, free: 0 }))
  expect(throughWire(...many)).toEqual(many.slice(0, MAX_CARDS))
  const bytes = new ByteWriter(64)
    .varuint(MAX_CARDS + 1)
    .raw(new Uint8Array(22 * 65))
    .finish()
  expect(() => readCards(new ByteReader(bytes))).toThrow()
})

test('ids come as they were written, and no more than the limit', () => {
  const bytes = writeIds(new ByteWriter(64), [id(1), id(2)]).finish()
  expect(readIds(new ByteReader(bytes), 2)).toEqual([id(1), id(2)])
  expect(() => readIds(new ByteReader(bytes), 1)).toThrow()
})
