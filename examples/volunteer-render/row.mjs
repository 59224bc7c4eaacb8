/** How wide and high the picture is, and after how many steps a point counts as inside. */
const WIDTH = 64
const HEIGHT = 24
const STEPS = 200

/** One row of the Mandelbrot set, as the numbers of steps. @param {number} row */
export default function mandelbrot(row) {
  const imaginary = (row / (HEIGHT - 1)) * 2.4 - 1.2
  return Array.from({ length: WIDTH }, (_, column) => {
    const real = (column / (WIDTH - 1)) * 3.2 - 2.2
    let [x, y, steps] = [0, 0, 0]
    while (x * x + y * y < 4 && steps < STEPS) {
      const next = x * x - y * y + real
      y = 2 * x * y + imaginary
      x = next
      steps++
    }
    return steps
  })
}
