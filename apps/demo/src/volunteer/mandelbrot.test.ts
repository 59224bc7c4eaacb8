import { expect, test } from 'vitest'
import { HEIGHT, mandelbrot, WIDTH } from './mandelbrot.ts'

test('the middle of the picture is inside, its corners get away at once', () => {
  const [top, middle] = [mandelbrot(0), mandelbrot(HEIGHT / 2)]
  expect(top).toHaveLength(WIDTH)
  expect(top[0]).toBeGreaterThan(0)
  expect(top[0]).toBeLessThan(80)
  expect(middle[Math.round((2.5 / 3.84) * WIDTH)]).toBe(0)
})
