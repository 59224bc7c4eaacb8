import type { Field as Peers } from './field.ts'
import { Field } from './field.ts'
import { type Section, share, VALUE_BYTES } from './section.ts'

const PEERS = 1000
const CAP = 12
const RECORDS = 500

/** The share that dies at once, without a word. */
const DYING = 0.3

/** When others see it, and have other links, ms. */
const MENDED_MS = 8000

const name = (index: number) => `record ${index}`

/** Whether anybody alive holds each record. */
function survivors(field: Peers): boolean[] {
  const held = new Set(field.living().flatMap((peer) => field.peer(peer).dht.held()))
  const { dht } = field.peer(field.anyone())
  return Array.from({ length: RECORDS }, (_, index) =>
    held.has(dht.addressOf({ kind: 'public', name: name(index) })),
  )
}

function getAll(field: Peers, everyMs: number): boolean[] {
  return field.all<boolean>(RECORDS, everyMs, (index, done) =>
    field.get(field.anyone(), { kind: 'public', name: name(index) }, (got) =>
      done(got.ok && got.value.record !== undefined),
    ),
  )
}

function measure(seed: number): { none: number; directly: number; later: number } {
  const field = new Field({ seed, peers: PEERS, cap: CAP })
  field.all<boolean>(RECORDS, 20, (index, done) => {
    const value = new Uint8Array(VALUE_BYTES)
    field.put(field.anyone(), { kind: 'public', name: name(index), value }, { keep: false }, done)
  })
  field.simulation.runFor(5000)
  for (const peer of field.random.shuffled(field.living()).slice(0, PEERS * DYING)) {
    field.peer(peer).host.crash()
  }
  const survived = survivors(field)
  const of = (got: readonly boolean[]) => share(got.filter((_, index) => survived[index]))
  const mended = field.network.simulation.now + MENDED_MS
  const cancel = field.simulation.clock.after(MENDED_MS, () => field.link())
  const directly = of(getAll(field, 2))
  cancel()
  if (field.simulation.now < mended) {
    field.simulation.run(mended)
    field.link()
  }
  field.simulation.runFor(30_000)
  return { none: 1 - share(survived), directly, later: of(getAll(field, 20)) }
}

/** A third of all peers dies at once; nobody puts records again. */
export const deaths: Section = ({ seeds }) => {
  const all = seeds.map(measure)
  const least = (pick: (one: (typeof all)[number]) => number) => Math.min(...all.map(pick))
  // Five replicas at each of three places: as good as never do all die.
  const chance = DYING ** 15
  return [
    {
      metric: `N = 1,000, ${DYING * 100} % die at once: gets that found, of what survived`,
      ours: least(({ directly }) => directly),
      unit: '',
      goal: { atLeast: 0.999 },
    },
    {
      metric: '... thirty seconds later',
      ours: least(({ later }) => later),
      unit: '',
      goal: { atLeast: 1 },
    },
    {
      metric: '... share of records without a replica left; by chance',
      ours: Math.max(...all.map(({ none }) => none)),
      peer: chance,
      peerName: 'chance',
      unit: '',
    },
  ]
}
