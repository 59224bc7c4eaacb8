import type { RandomStream } from '@pigeon/simulator'
import { Field } from './field.ts'
import { MESSAGE_BYTES, type Section, signed } from './section.ts'

/** How long things go wrong, and how long all is well afterwards, ms. */
const TROUBLE_MS = 60_000
const PEACE_MS = 60_000

/** Shorter than a link may be silent. */
const MAX_PAUSE_MS = 4000

/** What one seed came to. */
interface Outcome {
  readonly seed: number
  /** Messages that somebody has who is there, and somebody else who was there all the time has not. */
  readonly missed: number
  readonly doubles: number
  readonly deliveries: number
}

/** One thing goes wrong; which one the seed decides. */
function strike(field: Field, random: RandomStream, degree: number): void {
  const living = field.living()
  const victim = living[random.below(living.length)] as number
  const { host } = field.peer(victim)
  const later = (ms: number, run: () => void) => field.simulation.clock.after(ms, run)
  const ms = 500 + random.fraction() * (MAX_PAUSE_MS - 500)
  switch (random.below(7)) {
    case 0:
      if (living.length < 8) return
      host.crash(random.below(2) === 0 ? 'silence' : 'at-once')
      later(7000 + ms, () => {
        field.restart(victim)
        link(field, random, victim, degree)
      })
      return
    case 1:
      host.pause()
      later(ms, () => host.resume())
      return
    case 2:
      host.slowdown = 1 + random.fraction() * 4
      later(ms, () => {
        host.slowdown = 1
      })
      return
    case 3: {
      const halves = [0, 1].map((half) =>
        field.peers.flatMap(({ id }, index) => (index % 2 === half ? [id] : [])),
      )
      field.network.partition(halves)
      later(ms, () => field.network.heal())
      return
    }
    case 4:
      field.network.lose(random.fraction() * 0.1)
      later(ms, () => field.network.lose(0))
      return
    case 5: {
      const [other] = field.livingNeighbours(victim)
      if (other === undefined) return
      field.network.disconnect(host.id, field.peer(other).id)
      link(field, random, victim, 1)
      return
    }
    default:
      for (let count = 0; count < 5; count++) {
        field.publish(living[random.below(living.length)] as number, MESSAGE_BYTES)
      }
  }
}

function link(field: Field, random: RandomStream, peer: number, count: number): void {
  const others = field.living().filter((other) => other !== peer)
  for (let made = 0; made < count; made++) {
    field.connect(peer, others[random.below(others.length)] as number)
  }
}

function run(seed: number): Outcome {
  const peers = 16 + (seed % 25)
  const degree = 4 + (seed % 5)
  const field = new Field({ seed, peers, degree, gossip: signed })
  const random = field.simulation.random('faults')
  field.simulation.runFor(1000)
  while (field.simulation.now < TROUBLE_MS) {
    if (random.below(3) === 0) strike(field, random, degree)
    const running = field.living()
    field.publish(running[random.below(running.length)] as number, MESSAGE_BYTES)
    field.simulation.runFor(random.fraction() * 2000)
  }
  field.simulation.runFor(15_000) // everything that was begun has ended
  field.network.lose(0)
  field.mend(degree)
  field.simulation.runFor(PEACE_MS)
  let missed = 0
  for (const { audience, arrivals, source, at } of field.sent) {
    const there = [...audience].filter(([peer, life]) => field.isThere(peer, life))
    const have = there.filter(([peer]) => !Number.isNaN(arrivals[peer]))
    // Its author may have died before anybody who is left had it.
    const isKnown = have.length > 0 || (field.isThere(source) && at > field.peer(source).startedAt)
    if (isKnown) missed += there.length - have.length
  }
  return { seed, missed, doubles: field.doubles, deliveries: field.deliveries }
}

/** Everything at once, differently for each seed. */
export const faults: Section = ({ faultSeeds }) => {
  const outcomes = Array.from({ length: faultSeeds }, (_, index) => run(index + 1))
  for (const { seed, missed, doubles } of outcomes) {
    if (missed + doubles > 0) console.log(`seed ${seed}: missed ${missed}, twice ${doubles}`)
  }
  const total = (key: 'missed' | 'doubles' | 'deliveries') =>
    outcomes.reduce((sum, outcome) => sum + outcome[key], 0)
  return [
    {
      metric: `random faults, ${faultSeeds} seeds: missed`,
      ours: total('missed'),
      unit: '',
      goal: { atMost: 0 },
    },
    { metric: '... twice', ours: total('doubles'), unit: '', goal: { atMost: 0 } },
    { metric: '... delivered', ours: total('deliveries'), unit: '' },
  ]
}
