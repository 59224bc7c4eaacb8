import { Field } from './field.ts'
import { atWorst, MESSAGE_BYTES, type Section, signed } from './section.ts'

const HOUR_MS = 3_600_000

/** An author's clock is set back by an hour, and its process starts again. */
export const clocks: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = new Field({ seed, peers: 60, degree: 6, gossip: signed })
    field.publishMany(10, 333, MESSAGE_BYTES)
    const author = field.random.below(60)
    field.publish(author, MESSAGE_BYTES)
    field.simulation.runFor(1000)
    field.peer(author).host.crash('at-once')
    field.simulation.runFor(10_000)
    field.peer(author).host.skewMs = -HOUR_MS
    field.restart(author)
    for (let link = 0; link < 6; link++) {
      const others = field.living().filter((other) => other !== author)
      field.connect(author, others[field.random.below(others.length)] as number)
    }
    field.simulation.runFor(2000)
    const messages = Array.from({ length: 5 }, () => {
      const sent = field.publish(author, MESSAGE_BYTES)
      field.simulation.runFor(1000)
      return sent
    })
    field.simulation.runFor(5000)
    const missing = messages.flatMap(({ arrivals, audience }) =>
      [...audience.keys()].filter((peer) => Number.isNaN(arrivals[peer])),
    )
    return { missed: missing.length, doubles: field.doubles }
  })
  return [
    atWorst(
      'clock set back an hour, started again: missed of its messages',
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
