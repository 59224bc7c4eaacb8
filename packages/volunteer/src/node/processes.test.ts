import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { codeHash } from '../ids.ts'
import type { Outcome } from '../index.ts'
import { decodeValue, encodeValue } from '../values.ts'
import { Processes } from './index.ts'

const FOREVER = 'export default () => { for (;;); }'
const PID = 'export default () => process.pid'

let processes: Processes
const create = (options = {}) => {
  processes = new Processes({ accepts: () => true, ...options })
  return processes
}
afterEach(() => processes.stop())

/** Computes one input with code. */
function run(code: string, input: unknown, timeoutMs = 20_000) {
  let kill = () => {}
  const done = new Promise<{ outcome: Outcome; value: unknown }>((resolve) => {
    const work = {
      hash: codeHash(code),
      code: new TextEncoder().encode(code),
      payload: encodeValue(input),
      timeoutMs,
      payloadBytes: 1000,
    }
    kill = processes.run(work, (outcome) => {
      resolve({ outcome, value: outcome.ok ? decodeValue(outcome.payload) : undefined })
    })
  })
  return { done, kill }
}

const value = async (code: string, input: unknown) => (await run(code, input).done).value
const outcome = async (code: string, input: unknown, timeoutMs?: number) =>
  (await run(code, input, timeoutMs).done).outcome

/** Whether a process computes, or is there at all. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a task in a process', () => {
  test('computes, of the same code again and again', async () => {
    create()
    const code = 'let n = 0; export default async (x) => [x.a + 1, ++n]'
    expect(await value(code, { a: 1 })).toEqual([2, 1])
    expect(await value(code, { a: 5 })).toEqual([6, 2])
    expect(await value('export default (bytes) => bytes.reverse()', Uint8Array.of(1, 2))).toEqual(
      Uint8Array.of(2, 1),
    )
    expect(await value('export default () => {}', null)).toBeUndefined()
  }, 60_000)

  test.each([
    ['throws', 'export default () => { throw new Error("no") }', 'threw'],
    ['is nonsense', 'nonsense (', 'threw'],
    ['exports no function', 'export const a = 1', 'threw'],
    ['ends its process', 'export default () => process.exit(1)', 'threw'],
    ['has no result that can be sent', 'export default () => () => 1', 'threw'],
    ['has one that is too large', 'export default () => new Uint8Array(2000)', 'too-large'],
    ['loops', FOREVER, 'timeout'],
    [
      'sends nonsense',
      'export default () => { process.send({ number: 1, ok: true, payload: 5 }) }',
      'threw',
    ],
  ])(
    'that %s',
    async (_what, code, reason) => {
      create()
      expect(await outcome(code, 1, reason === 'timeout' ? 1000 : 20_000)).toMatchObject({
        ok: false,
        reason,
      })
      expect(await value('export default (x) => x', 3)).toBe(3)
    },
    60_000,
  )

  test('finds no environment', async () => {
    create()
    process.env['PIGEON_TEST_SECRET'] = 'secret'
    expect(await value('export default () => Object.keys(process.env)', 1)).toEqual([])
  }, 60_000)

  test('shares its process with no other code', async () => {
    create()
    const first = await value(PID, 1)
    expect(await value(PID, 1)).toBe(first)
    expect(await value(`${PID} // other`, 1)).not.toBe(first)
  }, 60_000)

  test('that loops is gone within a second after stop', async () => {
    create()
    const code = 'export default (go) => { if (!go) return process.pid; for (;;); }'
    const pid = (await value(code, false)) as number
    void run(code, true)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(isThere(pid)).toBe(true)
    const from = performance.now()
    processes.stop()
    while (isThere(pid) && performance.now() - from < 5000) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(performance.now() - from).toBeLessThan(1000)
  }, 60_000)

  test('nobody waits for: it is killed', async () => {
    create()
    const code = 'export default (go) => { if (!go) return process.pid; for (;;); }'
    const pid = (await value(code, false)) as number
    run(code, true).kill()
    await expect.poll(() => isThere(pid)).toBe(false)
  }, 60_000)
})
