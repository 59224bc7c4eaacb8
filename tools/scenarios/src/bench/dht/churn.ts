import { Field } from './field.ts'
import { type Section, share, VALUE_BYTES } from './section.ts'

const PEERS = 200
const CAP = 8
const RECORDS = 100

/** Half of the peers that are there are gone after so long, ms. */
const HALF_LIFE_MS = 10 * 60_000

const HOURS_MS = 2 * 60 * 60_000

/** Events, gets and mended links come in steps of this, ms. */
const STEP_MS = 2000

/** Peers that stay, and put the records. */
const OWNERS = 20

function measure(seed: number): { found: number; lost: number; gone: number } {
  const field = new Field({ seed, peers: PEERS, cap: CAP })
  const name = (index: number) => `record ${index}`
  field.all<boolean>(RECORDS, 20, (index, done) => {
    const value = new Uint8Array(VALUE_BYTES)
    field.put(index % OWNERS, { kind: 'public', name: name(index), value }, {}, done)
  })
  const dying = 1 - 0.5 ** (STEP_MS / HALF_LIFE_MS)
  const found: boolean[] = []
  let open = 0
  let gone = 0
  const end = field.simulation.now + HOURS_MS
  while (field.simulation.now < end) {
    for (const peer of field.living()) {
      if (peer < OWNERS || field.random.fraction() >= dying) continue
      gone++
      // Half of them say goodbye.
      if (field.random.fraction() < 0.5) field.peer(peer).host.leave()
      else field.peer(peer).host.crash()
      field.add()
    }
    field.link()
    field.simulation.runFor(STEP_MS)
    const asker = field.anyone((peer) => field.peer(peer).transport.neighbours.size > 2)
    const { host } = field.peer(asker)
    open++
    const index = field.random.below(RECORDS)
    field.get(asker, { kind: 'public', name: name(index) }, (got) => {
      open--
      if (host.state === 'running') found.push(got.ok && got.value.record !== undefined)
    })
  }
  field.simulation.runUntil(() => open === 0, 30_000, 100)
  const left = field.all<boolean>(RECORDS, 20, (index, done) =>
    field.get(index % OWNERS, { kind: 'public', name: name(index) }, (got) =>
      done(got.ok && got.value.record !== undefined),
    ),
  )
  return { found: share(found), lost: left.filter((is) => !is).length, gone }
}

/** Peers come and go for two hours, while those that put the records stay. */
export const churn: Section = ({ seeds }) => {
  const all = seeds.map(measure)
  return [
    {
      metric: `N = ${PEERS}, half-life ${HALF_LIFE_MS / 60_000} min, 2 h: gets that found`,
      ours: Math.min(...all.map(({ found }) => found)),
      unit: '',
      goal: { atLeast: 0.999 },
    },
    {
      metric: '... records lost whose owner is there',
      ours: Math.max(...all.map(({ lost }) => lost)),
      unit: '',
      goal: { atMost: 0 },
    },
    {
      metric: '... peers that went, least',
      ours: Math.min(...all.map(({ gone }) => gone)),
      unit: '',
    },
  ]
}
