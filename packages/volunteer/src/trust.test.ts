import { describe, expect, test } from 'vitest'
import { Crew, type Member } from '../test/crew.ts'
import { hedgeAtTail, quorum, spotChecks } from './index.ts'

const CODE = 'export default (x) => 2 * x'
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const doubled = (count: number) => upTo(count).map((x) => 2 * x)

/** One of a crew computes nonsense. */
function withLiar(count: number): { crew: Crew; liar: Member } {
  const crew = Crew.grown(count, { tree: { maxDegree: 4 } })
  const liar = crew.others[1] as Member
  crew.help(liar, { compute: () => 666 })
  crew.run(500)
  return { crew, liar }
}

describe('whom to believe', () => {
  test('a quorum catches a worker that lies', async () => {
    const { crew, liar } = withLiar(10)
    const job = crew.root.volunteer.map<number, number>(upTo(100), {
      code: CODE,
      validation: quorum(),
    })
    expect(await crew.collect(job)).toEqual(doubled(100))
    expect(job.suspects).toEqual([liar.id])
    expect(job.stats.copies).toBeGreaterThanOrEqual(200)
    // Once it is known, it is asked no more.
    expect(liar.work?.begun.length).toBeLessThan(20)
  })

  test('without one its results count', async () => {
    const { crew } = withLiar(5)
    const job = crew.root.volunteer.map<number, number>(upTo(50), { code: CODE })
    expect(await crew.collect(job)).toContain(666)
  })

  test('spot checks find it for a fraction of the work', async () => {
    const { crew, liar } = withLiar(10)
    const job = crew.root.volunteer.map<number, number>(upTo(1000), {
      code: CODE,
      validation: spotChecks({ share: 0.1 }),
    })
    const results = await crew.collect(job)
    expect(job.suspects).toEqual([liar.id])
    expect(job.stats.copies).toBeLessThan(1300)
    expect(results.filter((value) => value === 666).length).toBeLessThan(100)
  })

  test('results that differ a little may count as the same', async () => {
    const crew = Crew.grown(3)
    for (const [index, member] of crew.others.entries()) {
      crew.help(member, { compute: (x) => (x as number) + index * 1e-12 })
    }
    crew.run(500)
    const same = (a: unknown, b: unknown) => Math.abs((a as number) - (b as number)) < 1e-9
    const job = crew.root.volunteer.map<number, number>(upTo(20), {
      code: CODE,
      validation: quorum({ same }),
    })
    expect((await crew.collect(job)).map(Math.round)).toEqual(upTo(20))
    expect(job.suspects).toEqual([])
  })

  test('where none agree the task is put aside', async () => {
    const crew = Crew.grown(6)
    for (const [index, member] of crew.others.entries()) crew.help(member, { compute: () => index })
    crew.run(500)
    const job = crew.root.volunteer.map<number, number>(upTo(3), {
      code: CODE,
      validation: quorum({ agreeing: 2, most: 4 }),
    })
    expect(await crew.collect(job)).toEqual([])
    expect(job.deadLetters.map(({ reason }) => reason)).toEqual(Array(3).fill('disputed'))
  })

  test.each([[{ agreeing: 0 }], [{ agreeing: 3, most: 2 }]])('%o is no quorum', (options) => {
    expect(() => quorum(options)).toThrow(RangeError)
  })

  test('a share is a share', () => {
    expect(() => spotChecks({ share: 1.5 })).toThrow(RangeError)
  })
})

describe('at the tail', () => {
  const withStraggler = () => {
    const crew = Crew.grown(10)
    crew.help(crew.others[3] as Member, { ms: 60_000 })
    crew.run(500)
    return crew
  }

  test('what takes long is computed by somebody else, too', async () => {
    const crew = withStraggler()
    const from = crew.simulation.now
    const job = crew.root.volunteer.map<number, number>(upTo(200), {
      code: CODE,
      hedge: hedgeAtTail(),
    })
    expect(await crew.collect(job)).toEqual(doubled(200))
    expect(crew.simulation.now - from).toBeLessThan(6000)
    expect(job.stats.copies).toBeLessThan(210)
  })

  test('without, the slowest decides', async () => {
    const crew = withStraggler()
    const from = crew.simulation.now
    const job = crew.root.volunteer.map<number, number>(upTo(200), { code: CODE })
    await crew.collect(job, 400_000)
    expect(crew.simulation.now - from).toBeGreaterThan(60_000)
  })
})

describe('a checkpoint', () => {
  test('lets a job go on where it was', async () => {
    const kept = new Map<number, Uint8Array>()
    const checkpoint = {
      get: async (index: number) => kept.get(index),
      put: async (index: number, result: Uint8Array) => void kept.set(index, result),
    }
    const first = Crew.grown(4)
    const job = first.root.volunteer.map<number, number>(upTo(100), { code: CODE, checkpoint })
    const half = first.collect(job).catch(() => 'closed')
    await first.until(() => job.stats.done >= 50)
    first.root.volunteer.close()
    await half
    const before = kept.size
    const second = Crew.grown(4, { seed: 2 })
    const again = second.root.volunteer.map<number, number>(upTo(100), { code: CODE, checkpoint })
    expect(await second.collect(again)).toEqual(doubled(100))
    const computed = second.others.flatMap(({ work }) => work?.begun ?? [])
    expect(computed.length).toBe(100 - before)
  })
})
