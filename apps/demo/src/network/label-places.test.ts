import { expect, test } from 'vitest'
import { type Box, type Label, placeLabels, textBox } from './label-places.ts'

const line = (key: string, y: number): Label => {
  return { key, text: '10 ms', from: { x: 0, y }, to: { x: 100, y } }
}

/** Where labels stand, whole. */
function places(labels: readonly Label[], taken: readonly Box[] = []): Record<string, number[]> {
  const found = [...placeLabels(labels, taken, 10)]
  return Object.fromEntries(found.map(([key, { x, y }]) => [key, [Math.round(x), y]]))
}

test('a label stands on its line, a little beyond the middle', () => {
  expect(places([line('a', 0)])).toEqual({ a: [58, 0] })
})

test('a label makes room for a name, and for labels before it', () => {
  const name = textBox('abcdefgh', { x: 80, y: 0 }, 10)
  expect(places([line('a', 0), line('b', 4)], [name])).toEqual({ a: [34, 0] })
  expect(places([line('a', 0), line('b', 12)], [name])).toEqual({ a: [34, 0], b: [58, 12] })
})
