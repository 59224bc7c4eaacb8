import { describe, expect, test } from 'vitest'
import { Crew, type Member } from '../test/crew.ts'
import type { VolunteerError } from './index.ts'

const CODE = 'export default (x) => 2 * x'
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const doubled = (inputs: number[]) => inputs.map((x) => 2 * x)

function poisoned(input: unknown): unknown {
  if (input === 7) throw new Error('seven')
  return 2 * (input as number)
}

describe('tasks that fail', () => {
  test('a poison task is tried three times by different workers, then put aside', async () => {
    const crew = Crew.grown(5, {}, { compute: poisoned })
    const job = crew.root.volunteer.map<number, number>(upTo(30), { code: CODE })
    const entries = await crew.collect(job.entries())
    expect(entries.map(({ index }) => index)).toEqual(upTo(30))
    expect(job.deadLetters).toEqual([
      { index: 7, input: 7, reason: 'threw', text: 'Error: seven', tries: 3, losses: 0 },
    ])
    expect(entries[7]).toEqual({ index: 7, dead: job.deadLetters[0] })
    const tried = crew.others.filter(({ work }) => work?.begun.includes(7))
    expect(tried.length).toBe(3)
  })

  test('... also where only one computes', async () => {
    const crew = Crew.grown(1, {}, { compute: poisoned })
    const job = crew.root.volunteer.map<number, number>(upTo(10), { code: CODE, tries: 2 })
    const inputs = upTo(10).filter((input) => input !== 7)
    expect(await crew.collect(job)).toEqual(doubled(inputs))
    expect(crew.others[0]?.work?.begun.filter((input) => input === 7).length).toBe(2)
  })

  test('a task that takes too long is ended where it runs, and counts as failed', async () => {
    const crew = Crew.grown(3, {}, { ms: (input) => (input === 3 ? 60_000 : 50) })
    const job = crew.root.volunteer.map<number, number>(upTo(10), { code: CODE, timeoutMs: 500 })
    await crew.collect(job)
    expect(job.deadLetters).toMatchObject([{ index: 3, reason: 'timeout', tries: 3 }])
  })

  test('a worker that never answers is not waited for', async () => {
    const crew = Crew.grown(2, {}, { ms: 50 })
    const mute = crew.others[0] as Member
    mute.volunteer.help({ slots: 1, accepts: () => true, run: () => () => {}, stop() {} })
    await crew.until(() => false, 500)
    const job = crew.root.volunteer.map<number, number>(upTo(20), { code: CODE, timeoutMs: 1000 })
    expect(await crew.collect(job)).toEqual(doubled(upTo(20)))
    expect(job.stats.lost).toBeGreaterThan(0)
  })

  test('what is lost again and again is put aside', async () => {
    const crew = Crew.grown(1, { volunteer: { losses: 0 } }, { ms: 1e6 })
    const job = crew.root.volunteer.map<number, number>([1], { code: CODE, losses: 2 })
    const results = crew.collect(job)
    for (const round of upTo(3)) {
      await crew.until(() => crew.members.at(-1)?.work?.running === 1)
      crew.crash(crew.members.at(-1) as Member)
      if (round < 2) crew.help(crew.add(), { ms: 1e6 }).node.join()
    }
    expect(await results).toEqual([])
    expect(job.deadLetters).toMatchObject([{ reason: 'lost', losses: 3 }])
  })

  test('no more dead letters are kept than the option says', async () => {
    const fails = () => {
      throw new Error('always')
    }
    const crew = Crew.grown(4, {}, { compute: fails })
    const options = { code: CODE, tries: 1, deadLetters: 5 }
    const job = crew.root.volunteer.map<number, number>(upTo(20), options)
    expect(await crew.collect(job)).toEqual([])
    expect([job.stats.dead, job.deadLetters.length]).toEqual([20, 5])
  })

  test('an input that fails, or cannot be sent, ends the job', async () => {
    const crew = Crew.grown(1)
    async function* broken() {
      yield 1
      throw new Error('broken')
    }
    const causes: unknown[] = []
    for (const inputs of [broken(), [() => {}], [new Uint8Array(2 ** 20)]]) {
      const job = crew.root.volunteer.map<unknown, number>(inputs, { code: CODE })
      const error = await crew.collect(job).catch((caught: VolunteerError) => caught)
      expect(error).toMatchObject({ code: 'VOLUNTEER_INPUT' })
      causes.push(String((error as VolunteerError).cause))
    }
    expect(causes).toEqual([
      'Error: broken',
      'TypeError: cannot send a function',
      'RangeError: at most 131072 bytes an input, got 1048577',
    ])
  })
})

describe('the end of a job', () => {
  test('a signal ends it everywhere', async () => {
    const crew = Crew.grown(10, { tree: { maxDegree: 3 } }, { ms: 30_000 })
    const controller = new AbortController()
    const { signal } = controller
    const job = crew.root.volunteer.map<number, number>(upTo(100), { code: CODE, signal })
    const results = crew.collect(job).catch((error: VolunteerError) => error.code)
    await crew.until(() => crew.others.every(({ work }) => work?.running === 1))
    controller.abort()
    expect(await results).toBe('VOLUNTEER_ABORTED')
    crew.run(1000)
    for (const { work, volunteer } of crew.others) {
      expect([work?.running, volunteer.offers.length]).toEqual([0, 0])
    }
    const late = crew.root.volunteer.map<number, number>([1], { code: CODE, signal })
    await expect(crew.collect(late)).rejects.toMatchObject({ code: 'VOLUNTEER_ABORTED' })
  })

  test('who stops reading ends it', async () => {
    const crew = Crew.grown(3)
    const job = crew.root.volunteer.map<number, number>(upTo(1000), { code: CODE })
    let first: number | undefined
    const read = async () => {
      for await (const value of job) {
        first = value
        break
      }
    }
    void read()
    await crew.until(() => job.isOver)
    expect(first).toBe(0)
    expect(job.stats.done).toBeLessThan(20)
  })

  test('closing ends it, and a closed volunteer stays closed', async () => {
    const crew = Crew.grown(3)
    const job = crew.root.volunteer.map<number, number>(upTo(1000), { code: CODE })
    const results = crew.collect(job).catch((error: VolunteerError) => error.code)
    crew.run(500)
    crew.root.volunteer.close()
    expect(await results).toBe('VOLUNTEER_CLOSED')
    expect(() => crew.root.volunteer.map([1], { code: CODE })).toThrow(TypeError)
    crew.run(1000)
    for (const { volunteer } of crew.others) expect(volunteer.offers).toEqual([])
  })
})
