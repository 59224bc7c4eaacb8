import type { Agent } from './agent.ts'
import type { RunningHub } from './hubs.ts'
import { sleep, until } from './wait.ts'

/** Time between two joins, ms. */
const STAGGER_MS = 500

/** How long it may take until everybody can be reached over links, ms. */
const WHOLE_MS = 45_000

/** Time for links to settle after that, ms. */
const SETTLE_MS = 5000

/** How long messages may take, ms. */
const MESSAGES_MS = 5000

/** Messages that arrived, of those that should have. */
export interface Share {
  arrived: number
  due: number
}

/** What came of one trial. */
export interface MixedOutcome {
  /** Until links joined everybody, ms; `undefined` if they did not. */
  readonly wholeMs: number | undefined
  readonly broadcasts: Share
  /** Direct messages from or to a peer of ours, and between two of theirs. */
  readonly withOurs: Share
  readonly amongTheirs: Share
}

/** Lets peers of both systems meet by a hub and talk: each broadcasts once, and writes to each other one. */
export async function runMixedTrial(
  hub: RunningHub,
  agents: readonly Agent[],
  ids: readonly string[],
): Promise<MixedOutcome> {
  const started = performance.now()
  const joining: Promise<void>[] = []
  for (const [index, agent] of agents.entries()) {
    joining.push(agent.join(hub.url, 'mixed', ids[index] as string))
    await sleep(STAGGER_MS)
  }
  await Promise.all(joining)
  const known = agents.map((agent) => agent.id())
  const isWhole = await until(WHOLE_MS, async () => {
    const links = await Promise.all(agents.map((agent) => agent.links()))
    return reachable(known, links).size === agents.length
  })
  const wholeMs = isWhole ? performance.now() - started : undefined
  await sleep(SETTLE_MS)
  for (const [index, agent] of agents.entries()) {
    await agent.broadcast(`all ${index}`)
    for (const [other, id] of known.entries()) {
      if (other !== index) await agent.direct(id, `${index} ${other}`)
    }
  }
  let outcome = count(agents, [])
  await until(MESSAGES_MS, async () => {
    outcome = count(agents, await Promise.all(agents.map((agent) => agent.received())))
    return [outcome.broadcasts, outcome.withOurs, outcome.amongTheirs].every(
      ({ arrived, due }) => arrived === due,
    )
  })
  return { wholeMs, ...outcome }
}

/** Ids that can be reached from the first one: a link counts if either end has it. */
function reachable(ids: readonly string[], links: readonly (readonly string[])[]): Set<string> {
  const found = new Set(ids.slice(0, 1))
  for (const id of found) {
    for (const [index, other] of ids.entries()) {
      const isLinked = links[index]?.includes(id) || links[ids.indexOf(id)]?.includes(other)
      if (isLinked) found.add(other)
    }
  }
  return found
}

function count(
  agents: readonly Agent[],
  received: readonly (readonly string[])[],
): Omit<MixedOutcome, 'wholeMs'> {
  const [broadcasts, withOurs, amongTheirs] = [0, 1, 2].map(() => ({ arrived: 0, due: 0 })) as [
    Share,
    Share,
    Share,
  ]
  for (const [from, sender] of agents.entries()) {
    for (const [to, receiver] of agents.entries()) {
      if (from === to) continue
      const texts = received[to] ?? []
      const direct = sender.isOurs || receiver.isOurs ? withOurs : amongTheirs
      for (const [share, text] of [
        [broadcasts, `all ${from}`],
        [direct, `${from} ${to}`],
      ] as const) {
        share.due++
        if (texts.includes(text)) share.arrived++
      }
    }
  }
  return { broadcasts, withOurs, amongTheirs }
}
