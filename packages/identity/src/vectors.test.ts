import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nobleCrypto, webCrypto } from './fixtures/engines.ts'
import { vectorCases } from './fixtures/vector-cases.ts'
import type { Vectors } from './fixtures/vectors.ts'
import { systemCrypto } from './system-node.ts'

const file = new URL('../vectors.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'))

describe.each([
  ['Node', systemCrypto],
  ['Web Cryptography', webCrypto()],
  ['JavaScript', nobleCrypto],
])('vectors.json, by %s', (_name, crypto) => {
  test.each(Object.entries(vectorCases))('%s', (_list, replay) => replay(vectors, crypto))
})

test('every list of the file is replayed, and none is empty', () => {
  const { about: _, ...lists } = vectors
  expect(Object.keys(lists)).toEqual(Object.keys(vectorCases))
  for (const list of Object.values(lists)) expect(Object.keys(list).length).toBeGreaterThan(0)
})
