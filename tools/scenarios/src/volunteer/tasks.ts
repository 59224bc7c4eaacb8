import { type CodeHash, codeHash } from '@pigeon/volunteer'

/** A function of the workers' own program, and the text that jobs name it by. */
export interface BenchTask {
  readonly code: string
  readonly hash: CodeHash
  readonly run: (input: never) => unknown
}

function taskOf(name: string, run: (input: never) => unknown): BenchTask {
  // Bundles name things differently; workers have the functions themselves.
  const code = `// bench: ${name}`
  return { code, hash: codeHash(code), run }
}

/** The number below `to`, from `from` on, that takes most steps to reach 1. Collatz's conjecture. */
function collatz({ from, to }: { readonly from: number; readonly to: number }): number[] {
  let [best, most] = [from, 0]
  for (let start = from; start < to; start++) {
    let steps = 0
    for (let value = start; value !== 1; steps++) {
      value = value % 2 === 0 ? value / 2 : 3 * value + 1
    }
    if (steps > most) [best, most] = [start, steps]
  }
  return [best, most]
}

/** One row of the Mandelbrot set: how soon each point escapes, in shades of grey. */
function mandelbrot({ row, size }: { readonly row: number; readonly size: number }): Uint8Array {
  const pixels = new Uint8Array(size)
  const y0 = (3 * row) / size - 1.5
  for (let column = 0; column < size; column++) {
    const x0 = (3 * column) / size - 2.25
    let [x, y, steps] = [0, 0, 0]
    while (x * x + y * y <= 4 && steps < 10_000) {
      const next = x * x - y * y + x0
      y = 2 * x * y + y0
      x = next
      steps++
    }
    pixels[column] = (255 * Math.log(steps + 1)) / Math.log(10_001)
  }
  return pixels
}

/** Waits, and computes nothing: what is measured is the lending. */
function wait(ms: number): Promise<number> {
  return new Promise((resolve) => setTimeout(() => resolve(ms), ms))
}

const echo = (value: unknown): unknown => value

/** What the benches compute. */
export const TASKS: {
  readonly [name in 'collatz' | 'mandelbrot' | 'wait' | 'echo']: BenchTask
} = {
  collatz: taskOf('collatz', collatz),
  mandelbrot: taskOf('mandelbrot', mandelbrot),
  wait: taskOf('wait', wait),
  echo: taskOf('echo', echo),
}
