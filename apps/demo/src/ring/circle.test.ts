import { expect, test } from 'vitest'
import { pointAt, turnOf } from './circle.ts'

test('ids go clockwise from the top', () => {
  const at = (start: string) => pointAt(turnOf(start.padEnd(40, '0')), 100)
  const round = ({ x, y }: { x: number; y: number }) => [Math.round(x) + 0, Math.round(y) + 0]
  expect(round(at('0'))).toEqual([0, -100])
  expect(round(at('4'))).toEqual([100, 0])
  expect(round(at('8'))).toEqual([0, 100])
  expect(round(at('c'))).toEqual([-100, 0])
})
