import type { BenchRow } from '../table.ts'
import { Field } from './field.ts'
import { judge, sum } from './measure.ts'
import { atWorst, MESSAGE_BYTES, type Section, signed, warmUp } from './section.ts'

const PEERS = 1000
const DEGREE = 8

/** How long until a dead peer's links are missed, ms. */
const SILENCE_MS = 6000

/** The messages that are judged, and how far apart, ms. */
const MESSAGES = 50
const EVERY_MS = 333

function started(seed: number): Field {
  const field = new Field({ seed, peers: PEERS, degree: DEGREE, gossip: signed })
  warmUp(field)
  return field
}

function kill(field: Field, share: number): void {
  const dead = field.random.shuffled(field.living()).slice(0, PEERS * share)
  for (const peer of dead) field.peer(peer).host.crash('silence')
  field.takeTraffic()
}

/** Bytes a flood would send for each delivery: over every link but back, and a body of that size. */
function floodBytes(field: Field): number {
  const living = field.living()
  const ends = living.reduce((sum, peer) => sum + field.livingNeighbours(peer).length, 0)
  return ((ends - living.length + 1) / (living.length - 1)) * (MESSAGE_BYTES + 130)
}

/** Many die at once, and nobody is told. */
const killed: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = started(seed)
    kill(field, 0.3)
    const messages = field.publishMany(MESSAGES, EVERY_MS, MESSAGE_BYTES)
    field.simulation.runFor(20_000)
    const delivery = judge(field, messages)
    const { bytes } = sum(field.takeTraffic())
    return { ...delivery, doubles: field.doubles, bytes: bytes / delivery.due / floodBytes(field) }
  })
  return [
    atWorst(
      '30 % of 1,000 killed, degree 8: missed by connected survivors',
      runs.map(({ due, delivered }) => due - delivered),
      '',
      0,
    ),
    atWorst(
      '... p99',
      runs.map(({ p99 }) => p99),
      'ms',
      1500,
    ),
    atWorst(
      '... max',
      runs.map(({ max }) => max),
      'ms',
      15_000,
    ),
    atWorst(
      '... bytes, flooding = 1',
      runs.map(({ bytes }) => bytes),
      'x',
      1 / 3,
    ),
  ]
}

/** Half of them die, and a mesh links the others again. */
const halved: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = started(seed)
    kill(field, 0.5)
    field.simulation.clock.after(SILENCE_MS + 1000, () => field.mend(DEGREE))
    const messages = field.publishMany(MESSAGES, EVERY_MS, MESSAGE_BYTES)
    field.simulation.runFor(120_000)
    const living = field.living().length
    // Everybody that is there is due: also those that no link reached when a message was sent.
    const arrived = messages.map(({ arrivals, audience }) =>
      [...audience].filter(
        ([peer, life]) => field.isThere(peer, life) && !Number.isNaN(arrivals[peer]),
      ),
    )
    const delivered = arrived.reduce((total, { length }) => total + length, 0)
    return { missed: messages.length * (living - 1) - delivered, doubles: field.doubles }
  })
  return [
    atWorst(
      '50 % killed, links mended after 7 s: missed by survivors',
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
  ]
}

/** The root dies. */
const beheaded: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = started(seed)
    const { root } = field.peer(0).gossip.stats
    const index = field.peers.findIndex(({ id }) => id === root)
    field.peer(index).host.crash('silence')
    field.takeTraffic()
    const messages = field.publishMany(MESSAGES, EVERY_MS, MESSAGE_BYTES)
    field.simulation.runFor(20_000)
    return judge(field, messages)
  })
  return [
    atWorst(
      'the root killed: missed',
      runs.map(({ due, delivered }) => due - delivered),
      '',
      0,
    ),
    atWorst(
      '... p99',
      runs.map(({ p99 }) => p99),
      'ms',
      1000,
    ),
  ]
}

/** Peers die. */
export const kills: Section = async (options) => {
  const rows: BenchRow[] = []
  for (const section of [killed, halved, beheaded]) rows.push(...(await section(options)))
  return rows
}
