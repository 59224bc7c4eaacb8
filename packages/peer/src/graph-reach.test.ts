import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { MAX_LINKS, stillThere, type Told } from './graph-reach.ts'

/** Who told which links, in this order; the first one is this peer, whose links are as they are. */
function picture(...told: readonly (readonly [string, string])[]): string[] {
  const names = new Map<PeerId, string>()
  const idOf = (name: string): PeerId => {
    const id = peerIdFromName(name)
    names.set(id, name)
    return id
  }
  const nodes = told.map(([name, links], order): Told => {
    return { peerId: idOf(name), label: name, links: [...links].map(idOf), seenAt: 0, order }
  })
  const [self, ...others] = nodes as [Told, ...Told[]]
  const there = stillThere(self, new Map(others.map((one) => [one.peerId, one])))
  return [...there].map((id) => names.get(id) as string).sort()
}

test('whoever is linked, over whomever, is there', () => {
  expect(picture(['s', 'a'], ['a', 'sb'], ['b', 'ac'], ['c', 'b'])).toEqual(['a', 'b', 'c'])
})

test('a peer that nobody is linked with any more has left', () => {
  expect(picture(['s', 'a'], ['x', 'a'], ['a', 's'])).toEqual(['a'])
  expect(picture(['s', 'a'], ['x', 's'], ['a', 's'])).toEqual(['a'])
})

test('peers that left together do not keep each other', () => {
  expect(picture(['s', 'a'], ['x', 'ay'], ['y', 'ax'], ['a', 's'])).toEqual(['a'])
})

test('a peer whose link broke keeps nobody that left with it', () => {
  expect(picture(['s', 'a'], ['x', ''], ['y', 'ax'], ['a', 's'])).toEqual(['a'])
  expect(picture(['s', 'a'], ['x', ''], ['a', 'sx'])).toEqual(['a', 'x'])
})

test('a newcomer is there before its neighbour has told of the link', () => {
  expect(picture(['s', 'a'], ['a', 's'], ['n', 'a'])).toEqual(['a', 'n'])
  expect(picture(['s', 'a'], ['a', 's'], ['n', 'a'], ['m', 'n'])).toEqual(['a', 'm', 'n'])
})

test('who is linked with somebody that keeps no picture is taken to be there', () => {
  expect(picture(['s', 'q'], ['b', 'q'])).toEqual(['b'])
  expect(picture(['s', 'a'], ['a', 's'], ['b', 'qc'], ['c', 'b'])).toEqual(['a', 'b', 'c'])
})

test('somebody who told nothing else is there as this peer is linked with it', () => {
  expect(picture(['s', 'a'], ['a', ''])).toEqual(['a'])
})

test('who tells as many links as fit may have more', () => {
  const many = Array.from({ length: MAX_LINKS }, (_, index) => String.fromCodePoint(200 + index))
  const told = many.slice(0, -1).join('')
  expect(picture(['s', 'a'], ['x', 'a'], ['a', `s${told}`])).toEqual(['a', 'x'])
  expect(picture(['s', 'a'], ['x', 'a'], ['a', told])).toEqual(['a'])
})
