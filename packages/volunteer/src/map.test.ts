import { describe, expect, test } from 'vitest'
import { Crew } from '../test/crew.ts'

const CODE = 'export default (x) => 2 * x'
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('a stream over a tree', () => {
  test('T9 results come in the order of their inputs, each once', async () => {
    const crew = Crew.grown(30, {}, { ms: (input) => 20 + (((input as number) * 37) % 200) })
    const job = crew.root.volunteer.map<number, number>(upTo(500), { code: CODE })
    expect(await crew.collect(job)).toEqual(upTo(500).map((x) => 2 * x))
    expect(job.stats).toMatchObject({ read: 500, done: 500, dead: 0, lent: 0, isOver: true })
    expect(job.stats.workers.length).toBe(30)
    expect(job.stats.copies).toBe(500)
  })

  test('T9 or as they are there', async () => {
    const crew = Crew.grown(5, {}, { ms: (input) => (input === 0 ? 3000 : 50) })
    const job = crew.root.volunteer.map<number, number>(upTo(50), { code: CODE, ordered: false })
    const results = await crew.collect(job)
    // It comes last, with the one that waited behind it.
    expect(results.slice(-2)).toContain(0)
    expect(results.sort((a, b) => a - b)).toEqual(upTo(50).map((x) => 2 * x))
  })

  test('T9 any node may submit, and interior nodes compute and pass on', async () => {
    const crew = Crew.grown(20, { tree: { maxDegree: 3 } })
    const leaf = crew.others.find(({ node }) => node.childrenNb === 0)
    const job = leaf?.volunteer.map<number, number>(upTo(200), { code: CODE })
    if (job === undefined) throw new Error('no leaf')
    expect(await crew.collect(job)).toEqual(upTo(200).map((x) => 2 * x))
    const interior = crew.others.filter(({ node }) => node.childrenNb > 0)
    expect(interior.length).toBeGreaterThan(3)
    for (const { work } of interior) expect(work?.begun.length).toBeGreaterThan(0)
  })

  test('inputs are read only when somebody is free for them', async () => {
    const crew = Crew.grown(2, {}, { ms: 1000 })
    let read = 0
    async function* inputs() {
      for (;;) yield read++
    }
    const job = crew.root.volunteer.map<number, number>(inputs(), { code: CODE })
    await crew.until(() => false, 900)
    // Two compute, and each has one more to begin with.
    expect(read).toBe(4)
    job.cancel()
  })

  test('results that nobody reads stop the reading: never more than the window', async () => {
    const crew = Crew.grown(5, {}, { ms: 10 })
    const job = crew.root.volunteer.map<number, number>(upTo(1000), { code: CODE, window: 20 })
    await crew.until(() => false, 10_000)
    expect(job.stats).toMatchObject({ read: 20, done: 20, waiting: 20 })
    expect((await crew.collect(job)).length).toBe(1000)
  })

  test('binary values go as they are', async () => {
    const reversed = (input: unknown) => (input as Uint8Array).slice().reverse()
    const crew = Crew.grown(2, {}, { compute: reversed })
    const inputs = [Uint8Array.of(1, 2, 3), new Uint8Array(100_000).fill(7)]
    const job = crew.root.volunteer.map<Uint8Array, Uint8Array>(inputs, { code: CODE })
    expect(await crew.collect(job)).toEqual([Uint8Array.of(3, 2, 1), inputs[1]])
  })

  test('several jobs at once share those who compute', async () => {
    const crew = Crew.grown(10)
    const [one, two] = [1, 2].map(() =>
      crew.root.volunteer.map<number, number>(upTo(100), { code: CODE }),
    )
    if (one === undefined || two === undefined) throw new Error('no jobs')
    const other = crew.collect(two)
    expect((await crew.collect(one)).length).toBe(100)
    expect((await other).length).toBe(100)
  })
})
