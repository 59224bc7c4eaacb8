import { describe, expect, test } from 'vitest'
import { Crew, type Member } from '../test/crew.ts'

const CODE = 'export default (x) => 2 * x'
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const doubled = (count: number) => upTo(count).map((x) => 2 * x)

describe('volunteers who come and go', () => {
  test.each([1, 2, 3])(
    'T9 seed %i: 30 in 100 die midway, and every result is there once, in order',
    async (seed) => {
      const crew = Crew.grown(30, { seed, tree: { maxDegree: 4 } }, { ms: 200 })
      const job = crew.root.volunteer.map<number, number>(upTo(1500), { code: CODE })
      const results = crew.collect(job)
      await crew.until(() => job.stats.done > 500)
      const random = crew.simulation.random('victims')
      const left = [...crew.others]
      for (let kill = 0; kill < 9; kill++) {
        crew.crash(left.splice(random.below(left.length), 1)[0] as Member, 'silence')
      }
      expect(await results).toEqual(doubled(1500))
      expect(job.stats.dead).toBe(0)
    },
  )

  test('newcomers compute, too', async () => {
    const crew = Crew.grown(2, {}, { ms: 200 })
    const job = crew.root.volunteer.map<number, number>(upTo(300), { code: CODE })
    const results = crew.collect(job)
    await crew.until(() => job.stats.done > 20)
    const added = upTo(10).map(() => crew.help(crew.add(), { ms: 200 }))
    for (const { node } of added) node.join()
    expect(await results).toEqual(doubled(300))
    for (const { work } of added) expect(work?.begun.length).toBeGreaterThan(5)
  })

  test('the root dies: the job of another node goes on', async () => {
    const crew = new Crew({ tree: { maxDegree: 3 } })
    crew.add().node.becomeRoot()
    crew.run(500)
    for (const one of upTo(12)) {
      const member = crew.add()
      if (one > 0) crew.help(member, { ms: 200 })
      member.node.join()
    }
    const heir = crew.members[1] as Member
    crew.run(3000)
    const job = heir.volunteer.map<number, number>(upTo(600), { code: CODE })
    const results = crew.collect(job, 300_000)
    await crew.until(() => job.stats.done > 100)
    crew.crash(crew.root)
    crew.run(10_000)
    heir.node.becomeRoot()
    expect(await results).toEqual(doubled(600))
  })

  test('a way that breaks again and again costs time, not results', async () => {
    const crew = Crew.grown(6, { tree: { maxDegree: 1 } }, { ms: 100 })
    const job = crew.root.volunteer.map<number, number>(upTo(400), { code: CODE })
    const results = crew.collect(job, 600_000)
    for (let breaks = 0; breaks < 25 && !job.isOver; breaks++) {
      await crew.until(() => false, 1500)
      for (const channel of crew.root.node.children.values()) channel.destroy()
    }
    expect(await results).toEqual(doubled(400))
    expect(job.stats.lost).toBeGreaterThan(50)
  })

  test('nobody there: it waits', async () => {
    const crew = Crew.grown(0)
    const job = crew.root.volunteer.map<number, number>([1, 2, 3], { code: CODE })
    const results = crew.collect(job)
    await crew.until(() => false, 5000)
    expect(job.stats.read).toBe(0)
    crew.help(crew.add()).node.join()
    expect(await results).toEqual([2, 4, 6])
  })

  test('who rests gives back what it has, and is lent nothing', async () => {
    const crew = Crew.grown(3, {}, { ms: 500 })
    const job = crew.root.volunteer.map<number, number>(upTo(60), { code: CODE })
    const results = crew.collect(job)
    await crew.until(() => job.stats.done > 5)
    const resting = crew.others[0] as Member
    resting.volunteer.rest()
    expect(resting.work?.running).toBe(0)
    const begun = resting.work?.begun.length
    expect(await results).toEqual(doubled(60))
    expect(resting.work?.begun.length).toBe(begun)
  })

  test('a submitter that is not heard of any more is not computed for', async () => {
    const crew = Crew.grown(3, { volunteer: { silenceMs: 5000 } }, { ms: 100_000 })
    crew.root.volunteer.map<number, number>(upTo(60), { code: CODE, timeoutMs: 200_000 })
    await crew.until(() => crew.others.every(({ work }) => work?.running === 1))
    crew.crash(crew.root)
    await crew.until(() => false, 8000)
    for (const { work, volunteer } of crew.others) {
      expect(work?.running).toBe(0)
      expect(volunteer.offers).toEqual([])
    }
  })
})
