import type { BenchRow } from '../table.ts'
import { Field } from './field.ts'
import { judge, sum } from './measure.ts'
import { atWorst, MESSAGE_BYTES, type Section, signed, warmUp, worst } from './section.ts'

/** One frame in twenty vanishes without a word. */
const lossy: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = new Field({ seed, peers: 1000, degree: 6, gossip: signed })
    warmUp(field)
    field.network.lose(0.05)
    field.takeTraffic()
    const messages = field.publishMany(60, 333, MESSAGE_BYTES)
    field.simulation.runFor(2000)
    const { copies } = sum(field.takeTraffic())
    field.simulation.runFor(60_000)
    return { ...judge(field, messages), copies }
  })
  return [
    atWorst(
      '5 % silent loss, N = 1,000, degree 6: missed',
      runs.map(({ due, delivered }) => due - delivered),
      '',
      0,
    ),
    atWorst(
      '... copies per delivery',
      runs.map(({ copies, due }) => copies / due),
      '',
      1.3,
    ),
    atWorst(
      '... p99, flooding without loss = 1',
      runs.map(({ p99, flood99 }) => p99 / flood99),
      'x',
      4,
    ),
  ]
}

/** Every second one in a hundred dies without a word, and as many join. */
const churning: Section = ({ seeds }) => {
  const degree = 6
  const runs = seeds.map((seed) => {
    const field = new Field({ seed, peers: 1000, degree, gossip: signed })
    warmUp(field)
    const dead: number[] = []
    const churn = () => {
      for (let count = 0; count < 10; count++) {
        const living = field.living()
        const victim = living[field.random.below(living.length)] as number
        field.peer(victim).host.crash('silence')
        dead.push(victim)
      }
      // Who died long enough ago that its links are gone comes back as somebody new.
      while (dead.length > 100) {
        const peer = dead.shift() as number
        field.restart(peer)
        const living = field.living().filter((other) => other !== peer)
        for (let link = 0; link < degree; link++) {
          field.connect(peer, living[field.random.below(living.length)] as number)
        }
      }
      field.simulation.clock.after(1000, churn)
    }
    churn()
    field.simulation.runFor(15_000)
    field.takeTraffic()
    field.deliveries = 0
    const messages = field.publishMany(60, 333, MESSAGE_BYTES)
    field.simulation.runFor(2000)
    const copies = sum(field.takeTraffic()).copies / field.deliveries
    const quick = judge(field, messages)
    field.simulation.runFor(60_000)
    const final = judge(field, messages)
    return { ...quick, missed: final.due - final.delivered, copies, doubles: field.doubles }
  })
  return [
    atWorst(
      'churn of 1 % a second, N = 1,000, degree 6: missed',
      runs.map(({ missed }) => missed),
      '',
      0,
    ),
    atWorst(
      '... twice',
      runs.map(({ doubles }) => doubles),
      '',
      0,
    ),
    atWorst(
      '... copies per delivery, those to newcomers included',
      runs.map(({ copies }) => copies),
      '',
      1.8,
    ),
    atWorst(
      '... p99, flooding = 1',
      runs.map(({ p99, flood99 }) => p99 / flood99),
      'x',
      3.5,
    ),
  ]
}

/** Two halves do not hear each other for a minute, and both publish. */
const parted: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = new Field({ seed, peers: 200, degree: 8, gossip: signed })
    warmUp(field)
    const halves = [0, 1].map((half) => field.living().filter((peer) => peer % 2 === half))
    field.network.partition(halves.map((half) => half.map((peer) => field.peer(peer).id)))
    const messages = field.publishMany(60, 1000, MESSAGE_BYTES)
    field.network.heal()
    field.mend(8)
    const healedAt = field.simulation.now
    const missed = () =>
      messages.reduce((total, { arrivals, audience }) => {
        const without = [...audience.keys()].filter((peer) => Number.isNaN(arrivals[peer]))
        return total + without.length
      }, 0)
    field.simulation.runUntil(() => missed() === 0, 60_000, 100)
    return { missed: missed(), ms: field.simulation.now - healedAt, doubles: field.doubles }
  })
  return [
    atWorst(
      '60 s partition healed, N = 200: missed of that minute',
      runs.map(({ missed }) => missed),
      '',
      0,
    ),
    { metric: '... until all had all', ours: worst(runs.map(({ ms }) => ms)), unit: 'ms' },
    atWorst(
      '... twice',
      runs.map(({ doubles }) => doubles),
      '',
      0,
    ),
  ]
}

/** Somebody comes after two minutes of messages. */
const late: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const peers = 100
    const known = new Field({ seed, peers: peers + 1, degree: 8, gossip: signed, without: peers })
    const messages = Array.from({ length: 60 }, () => {
      const sent = known.publish(known.random.below(peers), MESSAGE_BYTES)
      known.simulation.runFor(1980)
      return sent
    })
    const friend = known.random.below(peers)
    const [a, b] = [known.peer(peers).host, known.peer(friend).host]
    const roundTripMs = 2 * known.network.latency(a, b)
    const linkedAt = known.simulation.now
    known.connect(peers, friend)
    const missing = () => messages.filter(({ arrivals }) => Number.isNaN(arrivals[peers])).length
    known.simulation.runUntil(() => missing() === 0, 5000)
    return { missed: missing(), trips: (known.simulation.now - linkedAt) / roundTripMs }
  })
  return [
    atWorst(
      'late joiner: missed of the last two minutes',
      runs.map(({ missed }) => missed),
      '',
      0,
    ),
    atWorst(
      '... round trips of its first link',
      runs.map(({ trips }) => trips),
      '',
      3,
    ),
  ]
}

/** Links and peers come and go. */
export const trouble: Section = async (options) => {
  const rows: BenchRow[] = []
  for (const section of [lossy, churning, parted, late]) rows.push(...(await section(options)))
  return rows
}
