import { expect, test } from 'vitest'
import { WIDTH } from './mandelbrot.ts'
import { decodeRow, encodeRow, hueOf, paintRow } from './row.ts'

const ID = `80${'0'.repeat(38)}`

test('a row comes back as it was sent, with the colour of who computed it', () => {
  const points = Uint8Array.from({ length: WIDTH }, (_, column) => column % 256)
  const row = decodeRow(encodeRow(ID, points))
  expect(row).toEqual({ hue: hueOf(ID), points })
  expect(row?.hue).toBe(180)
})

test.each([
  ['text', 'a row'],
  ['nothing', undefined],
  ['too few points', new Uint8Array(WIDTH)],
  ['too many', new Uint8Array(WIDTH + 2)],
])('%s is no row', (_, value) => {
  expect(decodeRow(value)).toBeUndefined()
})

test('points inside are dark, others in the colour of the row', () => {
  const [inside, outside] = [0, 200]
  const pixels = paintRow({ hue: 0, points: Uint8Array.of(inside, outside) })
  expect([...pixels.slice(0, 4)]).toEqual([14, 14, 14, 255])
  const [red = 0, green = 0, blue = 0] = pixels.slice(4)
  expect(red).toBeGreaterThan(green)
  expect(green).toBe(blue)
})
