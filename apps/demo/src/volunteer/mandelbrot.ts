/** The picture, in points. */
export const WIDTH = 480
export const HEIGHT = 300

/** After so many steps a point counts as inside: enough that a row takes a while. */
const STEPS = 2000

/** Each point is the mean of so many by so many. */
const SAMPLES = 3

/** A row of the Mandelbrot set: how light each point is, 0 inside, 255 where it gets away last. */
export function mandelbrot(row: number): Uint8Array {
  return Uint8Array.from({ length: WIDTH }, (_, column) => {
    let sum = 0
    for (let sample = 0; sample < SAMPLES ** 2; sample++) {
      const [down, right] = [Math.floor(sample / SAMPLES), sample % SAMPLES]
      const real = ((column + right / SAMPLES) / WIDTH) * 3.84 - 2.7
      const imaginary = ((row + down / SAMPLES) / HEIGHT) * 2.4 - 1.2
      sum += light(real, imaginary)
    }
    return sum / SAMPLES ** 2
  })
}

function light(real: number, imaginary: number): number {
  let [x, y, steps] = [0, 0, 0]
  while (x * x + y * y < 4 && steps < STEPS) {
    const next = x * x - y * y + real
    y = 2 * x * y + imaginary
    x = next
    steps++
  }
  return steps === STEPS ? 0 : Math.min(255, 36 * Math.log2(steps + 1))
}
