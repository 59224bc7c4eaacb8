import { type PeerId, RoutingTable } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { isNext, sidesOf } from './ring-view.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const ids = (...numbers: number[]) => numbers.map(id)

function knowing(count: number) {
  const table = new RoutingTable(id(0))
  for (let n = 1; n <= count; n++) table.add(id(n))
  return table
}

test('either side has the next link, and whoever is nearer', () => {
  const [after, before] = sidesOf(knowing(9), new Set(ids(3, 7)))
  expect(after).toEqual({ linked: id(3), between: ids(1, 2) })
  expect(before).toEqual({ linked: id(7), between: ids(9, 8) })
})

test('without a link twelve peers a side are looked at', () => {
  const [after, before] = sidesOf(knowing(30), new Set(ids(13, 18)))
  expect(after).toEqual({ linked: undefined, between: ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) })
  expect(before.between.length).toBe(12)
})

test('a peer is next if nobody linked lies between on one side', () => {
  expect([2, 4, 9].map((n) => isNext(id(0), ids(3, 8), id(n)))).toEqual([true, false, true])
  expect(isNext(id(0), [], id(5))).toBe(true)
})
