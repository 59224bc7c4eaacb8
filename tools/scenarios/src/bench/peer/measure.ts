import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { countMessages, webSocketOf } from '../mesh/count-messages.ts'
import { reachedAt } from './reached.ts'
import { Tabs } from './tabs.ts'
import { startTopicRelay } from './topic-relay.ts'

/** How long tabs may take until all are reached, and messages until they are heard, ms. */
const PATIENCE_MS = 30_000
const HEARING_MS = 10_000

/** All tabs have one address here. */
const MAX_PEERS = 1000

/** What one network of tabs did. */
export interface Measured {
  /** From the last call of join until every tab could be reached, ms; `Infinity` if never. */
  readonly reachedMs: number
  /** Messages that the server received and sent until then. */
  readonly serverMessages: number
  /** Of broadcasts and of direct messages, the part that was heard. */
  readonly broadcasts: number
  readonly direct: number
}

/** The systems, their programs and servers. */
const SYSTEMS = {
  pigeon: {
    program: fileURLToPath(new URL('./pigeon-tab.ts', import.meta.url)),
    sockets: () => webSocketOf(import.meta.resolve('@pigeon/hub/server')),
    async serve() {
      const hub = new HubServer({ port: 0, maxConnectionsPerAddress: MAX_PEERS })
      return { url: (await hub.start()).url, stop: () => hub.stop() }
    },
  },
  trystero: {
    program: fileURLToPath(new URL('./trystero-tab.ts', import.meta.url)),
    sockets: () => webSocketOf(import.meta.url),
    serve: startTopicRelay,
  },
} as const

/** A system that can be measured. */
export type System = keyof typeof SYSTEMS

const counters = new Map<unknown, () => number>()

/** Counts from the first call on; one copy of `ws` may serve both systems. */
function messagesOf(sockets: unknown): () => number {
  const counter = counters.get(sockets) ?? countMessages(sockets)
  counters.set(sockets, counter)
  return counter
}

/** Opens `count` tabs of one browser that join one network at once. */
export async function measure(system: System, count: number): Promise<Measured> {
  const { program, sockets, serve } = SYSTEMS[system]
  const messages = messagesOf(sockets())
  const server = await serve()
  const tabs = await Tabs.open(program, count)
  const before = messages()
  try {
    const joins = await Promise.all(tabs.all.map((tab) => tab.call('join', server.url)))
    const last = Math.max(...joins)
    const ids = await Promise.all(tabs.all.map((tab) => tab.call('id')))
    const reached = await soon(PATIENCE_MS, async () => {
      const links = await Promise.all(tabs.all.map((tab) => tab.call('links')))
      return reachedAt(ids.map((id, index) => ({ id, links: links[index] ?? [] })))
    })
    const serverMessages = messages() - before
    await Promise.all(tabs.all.map((tab) => tab.call('broadcast', 'to all')))
    await Promise.all(
      tabs.all.flatMap((tab, from) =>
        ids.filter((_, to) => to !== from).map((id) => tab.call('direct', id, 'to one')),
      ),
    )
    const pairs = count * (count - 1)
    const heard = async (text: string) => {
      const all = await Promise.all(tabs.all.map((tab) => tab.call('heard')))
      const senders = all.flatMap((lines) => [
        ...new Set(lines.filter((line) => line.endsWith(` ${text}`))),
      ])
      return senders.length / pairs
    }
    const all = await soon(HEARING_MS, async () => {
      const both = [await heard('to all'), await heard('to one')]
      return both.every((part) => part === 1) ? both : undefined
    })
    const [broadcasts = 0, direct = 0] = all ?? [await heard('to all'), await heard('to one')]
    const reachedMs = reached === undefined ? Number.POSITIVE_INFINITY : reached - last
    return { reachedMs, serverMessages, broadcasts, direct }
  } finally {
    await tabs.close()
    await server.stop()
  }
}

/** Asks every 100 ms until there is an answer, or the time is over. */
async function soon<T>(ms: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = performance.now() + ms
  for (;;) {
    const answer = await ask()
    if (answer !== undefined || performance.now() > end) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
