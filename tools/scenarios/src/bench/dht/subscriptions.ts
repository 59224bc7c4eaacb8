import { Field } from './field.ts'
import { percentile, type Section } from './section.ts'

const PEERS = 1000
const CAP = 12
const SUBSCRIBERS = 200
const CHANGES = 10

/** The longest time between two renewals, ms. */
const RENEWAL_MS = 50_000

interface Measured {
  readonly heard: number
  readonly ratio: number
  readonly missed: number
}

function measure(seed: number): Measured {
  const field = new Field({ seed, peers: PEERS, cap: CAP })
  const writer = 0
  const { signer } = field.peer(writer)
  const salt = Uint8Array.of(1)
  const target = { kind: 'signed', key: signer.key, salt } as const
  const draft = (value: number) => ({ kind: 'signed', salt, value: Uint8Array.of(value) }) as const
  const put = (value: number) =>
    field.all<boolean>(1, 0, (_, done) => field.put(writer, draft(value), { seq: value + 1 }, done))
  put(0)
  const heard = new Map<number, Map<number, number>>()
  const subscribers = field.random
    .shuffled(field.living())
    .filter((peer) => peer !== writer)
    .slice(0, SUBSCRIBERS)
  for (const peer of subscribers) {
    const times = new Map<number, number>()
    heard.set(peer, times)
    field
      .peer(peer)
      .dht.subscribe(target, ({ value }) => times.set(value[0] as number, field.simulation.now))
    field.simulation.runFor(10)
  }
  field.simulation.runFor(5000)
  const gets = field.all<number>(200, 10, (_, done) =>
    field.get(field.anyone(), target, ({ ms }) => done(ms)),
  )
  const delays: number[] = []
  let due = 0
  for (let value = 1; value <= CHANGES; value++) {
    const putAt = field.simulation.now
    put(value)
    field.simulation.runFor(3000)
    for (const times of heard.values()) {
      due++
      const at = times.get(value)
      if (at !== undefined) delays.push(at - putAt)
    }
  }
  // All replicas at all places but one die, and those of them that follow it.
  const { dht } = field.peer(writer)
  const address = dht.addressOf(target)
  const replicas = field
    .living()
    .filter((peer) => peer !== writer && field.peer(peer).dht.held().includes(address))
  for (const peer of replicas.slice(1)) {
    field.peer(peer).host.crash()
    heard.delete(peer)
  }
  field.simulation.runFor(8000)
  field.link()
  field.simulation.runFor(1000)
  put(100)
  field.simulation.runFor(RENEWAL_MS + 5000)
  const missed = [...heard.values()].filter((times) => !times.has(100)).length
  return {
    heard: delays.length / due,
    ratio: percentile(delays, 0.99) / percentile(gets, 0.5),
    missed,
  }
}

/** Followers of one record hear of its changes. */
export const subscriptions: Section = ({ seeds }) => {
  const all = seeds.map(measure)
  return [
    {
      metric: `N = 1,000: changes that each of ${SUBSCRIBERS} followers heard`,
      ours: Math.min(...all.map(({ heard }) => heard)),
      unit: '',
      goal: { atLeast: 1 },
    },
    {
      metric: '... p99 from the beginning of the put, to the median of a get',
      ours: Math.max(...all.map(({ ratio }) => ratio)),
      unit: 'x',
      goal: { atMost: 3 },
    },
    {
      metric: '... replicas but one killed: followers that missed a change after one renewal',
      ours: Math.max(...all.map(({ missed }) => missed)),
      unit: '',
      goal: { atMost: 0 },
    },
  ]
}
