import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { signAsAuthor } from './author-proof.ts'
import { someone } from './fixtures/people.ts'
import { KnownAuthors } from './known-authors.ts'
import { systemCrypto } from './system-node.ts'

const { verify } = systemCrypto
const bytes = utf8ToBytes('pigeon/test/1: hello')

test('an author whose id is of its key is known from its first proof on', async () => {
  const [alice, bob] = [await someone(1), await someone(2)]
  const authors = new KnownAuthors({ verify })
  const proof = await signAsAuthor(alice, bytes)
  expect(authors.isVerified(alice.id)).toBe(false)
  expect(await authors.check(bytes, proof.with(40, 0), alice.id)).toBe(false)
  expect(authors.isVerified(alice.id)).toBe(false)
  expect(await authors.check(bytes, proof, alice.id)).toBe(true)
  expect(authors.isVerified(alice.id)).toBe(true)
  expect(await authors.check(bytes, proof, bob.id)).toBe(false)
  expect(await authors.check(bytes, new Uint8Array(0), alice.id)).toBe(false)
})

test('a name that is not of a key is taken where that is allowed, but never a known id', async () => {
  const [alice, mallory] = [await someone(1), await someone(3)]
  const authors = new KnownAuthors({ verify, allowUnverified: true })
  const proof = await signAsAuthor(mallory, bytes)
  const name = 'ab'.repeat(20) as PeerId
  expect(await authors.check(bytes, proof, name)).toBe(true)
  expect(authors.isVerified(name)).toBe(false)
  await authors.check(bytes, await signAsAuthor(alice, bytes), alice.id)
  expect(await authors.check(bytes, proof, alice.id)).toBe(false)
})

test('the authors known longest ago are forgotten', async () => {
  const authors = new KnownAuthors({ verify, limit: 2 })
  const all = [await someone(1), await someone(2), await someone(3)]
  for (const one of all) await authors.check(bytes, await signAsAuthor(one, bytes), one.id)
  expect(all.map(({ id }) => authors.isVerified(id))).toEqual([false, true, true])
})
