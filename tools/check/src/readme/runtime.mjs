// What the code of a README block calls: compares values where it says `//=>`, and fails for the ones never reached.
import { inspect, isDeepStrictEqual } from 'node:util'

/** @param {unknown} value */
const show = (value) => inspect(value, { depth: 6, breakLength: 100 })

/**
 * @param {string} file the README
 * @param {readonly number[]} asserted its lines with an assertion
 */
export function readmeRuntime(file, asserted) {
  const missing = new Set(asserted)
  process.on('exit', (code) => {
    if (code !== 0 || missing.size === 0) return
    for (const line of missing) console.error(`${file}:${line}: was never reached`)
    process.exitCode = 1
  })
  return {
    /**
     * @param {number} line
     * @param {unknown} got
     * @param {() => unknown} expected
     */
    equal(line, got, expected) {
      missing.delete(line)
      if (got instanceof Promise) throw new Error(`${file}:${line}: a promise; it needs an await`)
      const wanted = expected()
      if (isDeepStrictEqual(got, wanted)) return
      console.error(`${file}:${line}: expected ${show(wanted)}, got ${show(got)}`)
      process.exit(1)
    },
    /** @param {unknown[]} values */
    print(...values) {
      console.log(...values)
      return values.length === 1 ? values[0] : values
    },
  }
}
