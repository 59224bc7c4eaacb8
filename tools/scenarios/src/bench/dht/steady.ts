import type { Target } from '@pigeon/dht'
import type { BenchRow } from '../table.ts'
import { Field } from './field.ts'
import { mean, percentile, type Section, SIZES, share, VALUE_BYTES } from './section.ts'

/** Records that are put, and gets of them, in one network. */
const RECORDS = 100
const GETS = 500

/** What one network showed. */
interface Measured {
  readonly degree: number
  readonly stored: number
  readonly found: number
  readonly sameOwner: number
  readonly hops: number
  readonly messages: number
  readonly bytes: number
  readonly ms: number
}

function measure(seed: number, peers: number, cap: number): Measured {
  const field = new Field({ seed, peers, cap })
  const degree = mean(field.living().map((peer) => field.peer(peer).transport.neighbours.size))
  const names = Array.from({ length: RECORDS }, (_, index) => `record ${index}`)
  const stored = field.all<boolean>(RECORDS, 20, (index, done) =>
    field.put(
      field.anyone(),
      {
        kind: 'public',
        name: names[index] as string,
        value: new Uint8Array(VALUE_BYTES).fill(index),
      },
      {},
      done,
    ),
  )
  field.simulation.runFor(3000)
  const target = (index: number): Target => ({
    kind: 'public',
    name: names[index % RECORDS] as string,
  })
  const sameOwner = field.all<boolean>(RECORDS, 20, (index, done) => {
    const { dht } = field.peer(field.anyone())
    dht.explore(target(index), {}, (outcome) => {
      if (!outcome.ok) return done(false)
      const { place, path } = outcome.value
      const [owner] = field.closest(place, 1)
      done(path.at(-1) === field.peer(owner as number).id)
    })
  })
  const sum = (pick: 'frames' | 'bytes') =>
    field.peers.reduce((total, { transport }) => total + transport[pick], 0)
  const [frames, bytes] = [sum('frames'), sum('bytes')]
  const got = field.all<{ found: boolean; hops: number; ms: number }>(GETS, 5, (index, done) =>
    field.get(field.anyone(), target(index), (outcome) => {
      const found = outcome.ok && outcome.value.record?.value[0] === index % RECORDS
      done({ found, hops: outcome.ok ? outcome.value.hops : Number.NaN, ms: outcome.ms })
    }),
  )
  return {
    degree,
    stored: share(stored),
    found: share(got.map(({ found }) => found)),
    sameOwner: share(sameOwner),
    hops: mean(got.map(({ hops }) => hops)),
    messages: (sum('frames') - frames) / GETS,
    bytes: (sum('bytes') - bytes) / GETS,
    ms: percentile(
      got.map(({ ms }) => ms),
      0.99,
    ),
  }
}

/** Gets and puts while nothing goes wrong, the worst of the seeds. */
export const steady: Section = ({ seeds }) =>
  SIZES.flatMap(({ peers, cap }): BenchRow[] => {
    const all = seeds.map((seed) => measure(seed, peers, cap))
    const least = (pick: (one: Measured) => number) => Math.min(...all.map(pick))
    const most = (pick: (one: Measured) => number) => Math.max(...all.map(pick))
    const name = `N = ${peers.toLocaleString('en-US')}, at most ${cap} links`
    const hopGoal = { 100: 4, 1000: 6, 5000: 7 }[peers as number]
    return [
      {
        metric: `${name}: gets that found`,
        ours: least(({ found }) => found),
        unit: '',
        goal: { atLeast: 1 },
      },
      {
        metric: '... puts stored',
        ours: least(({ stored }) => stored),
        unit: '',
        goal: { atLeast: 1 },
      },
      {
        metric: '... ways that end at the closest peer',
        ours: least(({ sameOwner }) => sameOwner),
        unit: '',
        goal: { atLeast: 1 },
      },
      {
        metric: '... links of a peer, mean',
        ours: mean(all.map(({ degree }) => degree)),
        unit: '',
      },
      {
        metric: '... hops of a get, mean',
        ours: most(({ hops }) => hops),
        unit: '',
        ...(hopGoal !== undefined && { goal: { atMost: hopGoal } }),
      },
      {
        metric: '... messages of a get',
        ours: most(({ messages }) => messages),
        unit: '',
        ...(peers === 100 && { goal: { atMost: 9 } }),
      },
      {
        metric: `... bytes of a get of ${VALUE_BYTES} bytes`,
        ours: most(({ bytes }) => bytes),
        unit: 'B',
        ...(peers <= 100 && { goal: { atMost: 3000 } }),
      },
      { metric: '... p99 of a get', ours: most(({ ms }) => ms), unit: 'ms' },
    ]
  })
