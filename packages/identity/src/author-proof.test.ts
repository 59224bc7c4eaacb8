import { utf8ToBytes } from '@noble/hashes/utils.js'
import { expect, test } from 'vitest'
import { signAsAuthor, verifyAuthor } from './author-proof.ts'
import { someone } from './fixtures/people.ts'
import { systemCrypto } from './system-node.ts'

test('a proof shows to whoever knows the id alone that its peer signed', async () => {
  const [alice, bob] = [await someone(1), await someone(2)]
  const bytes = utf8ToBytes('pigeon/test/1: hello')
  const proof = await signAsAuthor(alice, bytes)
  const check = (bytes: Uint8Array, proof: Uint8Array, author = alice.id) =>
    verifyAuthor(systemCrypto.verify, bytes, proof, author)
  expect(await check(bytes, proof)).toBe(true)
  expect(await check(bytes, proof, bob.id)).toBe(false)
  expect(await check(bytes, await signAsAuthor(bob, bytes))).toBe(false)
  expect(await check(utf8ToBytes('pigeon/test/1: bye'), proof)).toBe(false)
  expect(await check(bytes, proof.subarray(1))).toBe(false)
  expect(await check(bytes, new Uint8Array(0))).toBe(false)
})
