import type { Agent } from './agent.ts'
import type { RunningHub } from './hubs.ts'
import { sleep, until } from './wait.ts'

/** Time between two joins, ms. */
const STAGGER_MS = 200

/** How long a full mesh may take, ms. */
const MESH_MS = 20_000

/** How long messages may take, ms. */
const MESSAGES_MS = 5000

/** What came of one trial. */
export interface Outcome {
  /** Until each peer had a link to each other one, ms; `undefined` if that did not come. */
  readonly meshedMs: number | undefined
  /** Broadcasts and direct messages that arrived, of those that should have. */
  readonly arrived: number
  readonly due: number
}

/**
 * Lets some peers meet by a hub and talk: each broadcasts once, and writes to each other one. Who dials
 * whom depends on the ids, so trials that are compared have the same.
 */
export async function runTrial(
  hub: RunningHub,
  agents: readonly Agent[],
  ids: readonly string[],
): Promise<Outcome> {
  const started = performance.now()
  const joining: Promise<void>[] = []
  for (const [index, agent] of agents.entries()) {
    const urls = hub.urls ?? [hub.url]
    const url = urls[index % urls.length] as string
    joining.push(agent.join(url, 'compat', ids[index] as string))
    await sleep(STAGGER_MS)
  }
  await Promise.all(joining)
  const known = agents.map((agent) => agent.id())
  const meshed = await until(MESH_MS, async () => {
    const links = await Promise.all(agents.map((agent) => agent.links()))
    return links.every((each) => each.length === agents.length - 1)
  })
  const meshedMs = meshed ? performance.now() - started : undefined
  for (const [index, agent] of agents.entries()) {
    await agent.broadcast(`to all from ${index}`)
    for (const [other, id] of known.entries()) {
      if (other !== index) await agent.direct(id, `to ${other} from ${index}`)
    }
  }
  const due = 2 * agents.length * (agents.length - 1)
  let arrived = 0
  await until(MESSAGES_MS, async () => {
    const texts = await Promise.all(agents.map((agent) => agent.received()))
    arrived = texts.flatMap((each, index) => [...expected(each, index)]).length
    return arrived === due
  })
  return { meshedMs, arrived, due }
}

/** Those of a peer's messages that are for it, each once. */
function expected(texts: readonly string[], index: number): Set<string> {
  return new Set(
    texts.filter((text) => text.startsWith('to all') || text.startsWith(`to ${index} `)),
  )
}
