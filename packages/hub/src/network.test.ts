import { seededRandom } from '@pigeon/transport/testing'
import { closest, type PeerId, peerIdFromBytes, predecessors, successors } from '@pigeon/xor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Network } from './network.ts'
import { Registry } from './registry.ts'

/** Ids with few different bytes in front, so that prefixes are shared and neighbours close. */
const id: fc.Arbitrary<PeerId> = fc
  .tuple(fc.constantFrom(0, 1, 128, 255), fc.uint8Array({ minLength: 19, maxLength: 19 }))
  .map(([first, rest]) => peerIdFromBytes(Uint8Array.of(first, ...rest)))
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 60 })

function networkOf(members: readonly PeerId[]): Network<string> {
  const network = new Network<string>('net')
  for (const member of members) network.set(member, member)
  return network
}

test('members stay in ring order through joins and leaves', () => {
  fc.assert(
    fc.property(ids, fc.array(fc.nat(59)), (members, leaving) => {
      const network = networkOf(members)
      const left = new Set(members)
      for (const index of leaving) {
        const member = members[index % members.length] as PeerId
        network.delete(member)
        left.delete(member)
      }
      expect(network.ids).toEqual([...left].sort())
      expect(network.size).toBe(left.size)
    }),
  )
})

test('ring neighbours are the next members on both sides, whether or not one is a member', () => {
  fc.assert(
    fc.property(ids, id, fc.integer({ min: 1, max: 5 }), (members, other, each) => {
      const network = networkOf(members)
      for (const self of [members[0] as PeerId, other]) {
        const expected = [...successors(self, members, each), ...predecessors(self, members, each)]
        expect(new Set(network.ringNeighbours(self, each))).toEqual(new Set(expected))
      }
    }),
  )
})

test('the closest members are those that looking at all of them finds', () => {
  fc.assert(
    fc.property(ids, id, fc.integer({ min: 1, max: 20 }), (members, other, k) => {
      const network = networkOf(members)
      for (const self of [members[0] as PeerId, other]) {
        const others = members.filter((member) => member !== self)
        expect(network.closest(self, k)).toEqual(closest(self, others, k))
      }
    }),
  )
})

test('a sample has different members, as many as asked for or all, each about equally often', () => {
  const members = Array.from({ length: 10 }, (_, index) =>
    peerIdFromBytes(new Uint8Array(20).fill(index)),
  )
  const network = networkOf(members)
  const random = seededRandom(7)
  const counts = new Map<PeerId, number>()
  for (let round = 0; round < 2000; round++) {
    const sample = network.sample(3, random)
    expect(new Set(sample).size).toBe(3)
    for (const member of sample) counts.set(member, (counts.get(member) ?? 0) + 1)
  }
  for (const member of members) expect(Math.abs((counts.get(member) ?? 0) - 600)).toBeLessThan(100)
  expect(network.sample(50, random)).toEqual(members)
})

test('S3 a network goes with its last member, and sizes stay right', () => {
  const registry = new Registry<string>()
  const member = peerIdFromBytes(new Uint8Array(20))
  const red = registry.set('red', member, 'a')
  registry.set('red', member, 'b')
  registry.set('__proto__', member, 'c')
  expect([registry.size, registry.networkCount]).toEqual([2, 2])
  registry.delete(red, member)
  registry.delete(red, member)
  expect([registry.size, registry.networkCount]).toEqual([1, 1])
  expect(registry.network('red')).toBeUndefined()
  expect(registry.network('constructor')).toBeUndefined()
})
