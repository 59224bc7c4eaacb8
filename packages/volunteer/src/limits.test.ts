import type { PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Crew, type Member } from '../test/crew.ts'
import { FAILURES } from './failure.ts'
import { clip, decodeFrame, encodeFrame, type Frame } from './frames.ts'
import { type CodeHash, codeHash, type JobId, OwnFunctions } from './index.ts'
import { Kind } from './kind.ts'

const CODE = 'export default (x) => 2 * x'
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => Buffer.from(value).toString('hex'))
const job = hex(16) as fc.Arbitrary<JobId>
const hash = hex(32) as fc.Arbitrary<CodeHash>
const id = hex(20) as fc.Arbitrary<PeerId>
const attempt = fc.nat({ max: 2 ** 48 - 1 })
const blob = fc.uint8Array({ maxLength: 100 })
const text = fc.string({ maxLength: 16 })
const kind = <K extends Frame['kind']>(value: K) => fc.constant(value)

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: kind('announce'),
    seq: fc.nat(),
    offer: fc.record({
      job,
      submitter: id,
      hash,
      codeBytes: fc.nat(),
      timeoutMs: fc.nat(),
      who: text,
      what: text,
      author: fc.uint8Array({ maxLength: 64 }),
      signature: fc.uint8Array({ maxLength: 128 }),
    }),
  }),
  fc.record({ kind: kind('end'), job }),
  fc.record({ kind: kind('want'), job, limit: fc.nat({ max: 65_535 }) }),
  fc.record({
    kind: kind('task'),
    job,
    attempt,
    avoid: fc.array(id, { maxLength: 8 }),
    payload: blob,
  }),
  fc.record({ kind: kind('result'), job, attempt, worker: id, payload: blob }),
  fc.record({
    kind: kind('failed'),
    job,
    attempt,
    worker: id,
    reason: fc.constantFrom(...FAILURES),
    text,
  }),
  fc.record({ kind: kind('cancel'), job, attempt }),
  fc.record({ kind: kind('need'), hash }),
  fc.record({ kind: kind('code'), hash, code: blob }),
  fc.record({ kind: kind('probe'), stamp: attempt }),
  fc.record({ kind: kind('echo'), stamp: attempt }),
)

describe('what goes over the wire', () => {
  test('comes out as it went in', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame)
      }),
    )
  })

  test('every kind of frame may be damaged anywhere: it is refused or read, and nothing throws', async () => {
    const crew = Crew.grown(6, { tree: { maxDegree: 2 } })
    const map = crew.root.volunteer.map<number, number>(upTo(400), { code: CODE })
    const results = crew.collect(map)
    crew.run(500)
    const random = crew.simulation.random('fuzz')
    const villain = crew.others[0] as Member
    const offer = villain.volunteer.offers[0]
    const damaged = fc.tuple(frames, fc.nat(), fc.nat({ max: 255 }), fc.boolean())
    const samples = fc.sample(damaged, { numRuns: 5000, seed: crew.simulation.seed })
    for (const [index, [frame, at, byte, cut]] of samples.entries()) {
      // Half of them of the job that there is, so that they get farther.
      const known = index % 2 === 0 && 'job' in frame && offer !== undefined
      // What a villain above says of a job counts: it may end it, as it may be silent.
      if (known && frame.kind === 'end') continue
      const bytes = encodeFrame(known ? ({ ...frame, job: offer.job } as Frame) : frame).slice()
      bytes[at % bytes.length] = byte
      const sent = cut ? bytes.subarray(0, random.below(bytes.length)) : bytes
      villain.node.parent?.send(sent)
      if (index % 100 === 99) crew.run(50)
    }
    for (const one of upTo(2000)) {
      const bytes = random.fill(new Uint8Array(random.below(80)))
      if (bytes.length > 0) bytes[0] = Kind.announce + random.below(11)
      villain.node.parent?.send(bytes)
      if (one % 100 === 99) crew.run(50)
    }
    const all = await results
    expect(all).toEqual(upTo(400).map((x) => 2 * x))
    expect(crew.root.volunteer.getStats().rejected).toBeGreaterThan(1000)
  })

  test('a text is cut where it must be, and never in the middle of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (value) => {
        const clipped = clip(value, 64)
        expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(64)
        expect(value.startsWith(clipped.replace(/\uFFFD$/, ''))).toBe(true)
      }),
    )
  })
})

describe('limits', () => {
  const volunteerWith = (options: object) => () => new Crew({ volunteer: options }).add()

  test.each([
    ['inFlight', 0],
    ['payloadBytes', 0],
    ['codeBytes', 0],
    ['codes', 0],
    ['jobs', 0],
    ['announceMs', 1],
    ['silenceMs', 1],
    ['losses', -1],
    ['outboxBytes', 1.5],
    ['strayRate', 0],
  ])('%s is not %d', (name, value) => {
    expect(volunteerWith({ [name]: value })).toThrow(RangeError)
  })

  test.each([
    ['window', 0],
    ['tries', 0],
    ['losses', -1],
    ['timeoutMs', 0],
    ['deadLetters', -1],
    ['workers', -1],
  ])('%s of a job is not %d', (name, value) => {
    const crew = Crew.grown(0)
    const map = () => crew.root.volunteer.map([1], { code: CODE, [name]: value })
    expect(map).toThrow(RangeError)
  })

  test('code has an end', () => {
    const crew = Crew.grown(0)
    const code = ' '.repeat(128 * 1024 + 1)
    expect(() => crew.root.volunteer.map([1], { code })).toThrow(RangeError)
  })

  test('a neighbour has no more than it may, whatever it asks for', async () => {
    const crew = Crew.grown(1, { volunteer: { inFlight: 5 } }, { slots: 1000, ms: 1000 })
    const job = crew.root.volunteer.map<number, number>(upTo(100), { code: CODE })
    await crew.until(() => (crew.others[0] as Member).work?.running === 5)
    await crew.until(() => false, 500)
    expect(job.stats.lent).toBe(5)
    job.cancel()
  })

  test('jobs of others that are known, and workers that are counted', async () => {
    const crew = Crew.grown(2, { volunteer: { jobs: 3 } }, { ms: 1000 })
    const endless = upTo(5).map(() =>
      crew.root.volunteer.map<number, number>(upTo(10), { code: CODE, workers: 1 }),
    )
    crew.run(500)
    expect(crew.others.map(({ volunteer }) => volunteer.offers.length)).toEqual([3, 3])
    await crew.collect(endless[0] as AsyncIterable<number>)
    expect(endless[0]?.stats.workers.length).toBe(1)
  })

  test('who asks for congestion is sent away, and the results come all the same', async () => {
    const big = (input: unknown) => new Uint8Array(60_000).fill(input as number)
    const options = { windowBytes: 100_000, volunteer: { outboxBytes: 2 ** 20 } }
    const crew = Crew.grown(3, options, { compute: big, ms: 1, slots: 8 })
    const job = crew.root.volunteer.map<number, Uint8Array>(upTo(200), { code: CODE })
    const results = await crew.collect(job)
    expect(results.map((value) => value[0])).toEqual(upTo(200))
  })

  test('a worker refuses to send what is too large', async () => {
    const crew = Crew.grown(1)
    const code = 'export default () => 1'
    const functions = new Map([[codeHash(code), () => new Uint8Array(2 ** 20)]])
    ;(crew.others[0] as Member).volunteer.help(new OwnFunctions(functions))
    crew.run(100)
    const job = crew.root.volunteer.map<number, number>([1], { code, tries: 1 })
    expect(await crew.collect(job)).toEqual([])
    expect(job.deadLetters).toMatchObject([{ reason: 'too-large' }])
  })
})
