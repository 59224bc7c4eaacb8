import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Contacts } from './contacts.ts'
import { SpareLinks } from './spare-links.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const ids = (...numbers: number[]) => numbers.map(id)

function linkedWith(...numbers: number[]) {
  const open = new Set<PeerId>()
  const contacts = new Contacts(id(0), 100)
  const spare = new SpareLinks({ self: id(0), contacts, places: { open } })
  const link = (n: number) => {
    open.add(id(n))
    contacts.linked(id(n), 0)
    spare.opened()
  }
  for (const n of numbers) link(n)
  return { spare, link, open }
}

test('the next ones on the ring are never spare', () => {
  expect(linkedWith(1, 9).spare.leastWanted()).toEqual([])
  expect(new Set(linkedWith(1, 4, 5, 9).spare.leastWanted())).toEqual(new Set(ids(4, 5)))
})

test('what a nearer link displaced goes first, what chance chose goes last, the newest before', () => {
  const { spare, link } = linkedWith(3, 9)
  for (const n of [5, 6]) spare.choseAtRandom(id(n))
  for (const n of [5, 4, 6, 1]) link(n)
  expect(spare.leastWanted()).toEqual(ids(3, 4, 6, 5))
})

test('a link that ended, or never came to be, leaves nothing behind', () => {
  const { spare, link, open } = linkedWith(3, 9)
  spare.choseAtRandom(id(3))
  spare.choseAtRandom(id(5))
  link(1)
  open.delete(id(3))
  spare.ended(id(3))
  spare.failed(id(5))
  expect([3, 5].map((n) => spare.isChosenAtRandom(id(n)))).toEqual([false, false])
  for (const n of [2, 3]) link(n)
  expect(spare.leastWanted().includes(id(3))).toBe(true)
})
