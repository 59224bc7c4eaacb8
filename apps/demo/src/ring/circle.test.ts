import { expect, test } from 'vitest'
import { nameCircles, pointAt, turnOf } from './circle.ts'

test('ids go clockwise from the top', () => {
  const at = (start: string) => pointAt(turnOf(start.padEnd(40, '0')), 100)
  const round = ({ x, y }: { x: number; y: number }) => [Math.round(x) + 0, Math.round(y) + 0]
  expect(round(at('0'))).toEqual([0, -100])
  expect(round(at('4'))).toEqual([100, 0])
  expect(round(at('8'))).toEqual([0, 100])
  expect(round(at('c'))).toEqual([-100, 0])
})

test('names of peers that are near each other stand in circles of their own', () => {
  expect(nameCircles([0.5, 0.1, 0.9])).toEqual([0, 0, 0])
  expect(nameCircles([0.52, 0.5, 0.51, 0.53])).toEqual([2, 0, 1, 0])
  expect(nameCircles([])).toEqual([])
})
