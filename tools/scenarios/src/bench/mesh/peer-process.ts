// A peer in a process of its own: peer-process <system>
import type { Agent, MakeAgent } from './agent.ts'
import { makePeerPigeon } from './peerpigeon-agent.ts'
import { makePigeon } from './pigeon-agent.ts'
import { serve } from './serve.ts'
import type { System } from './systems.ts'
import type { LinkChange } from './timeline.ts'

/** How often links are looked at, ms: times of links are exact to this. */
const SAMPLE_MS = 50

/** How one peer stands: little, since it is asked often. */
export interface Glance {
  readonly id: string | undefined
  readonly links: readonly string[]
  /** When a link last came or went, since 1970, ms, as all times here; 0 if none did. */
  readonly changedAt: number
  /** Different messages that came so far. */
  readonly received: number
}

/** What one peer has seen so far. */
export interface PeerReport {
  readonly id: string | undefined
  readonly startedAt: number
  readonly changes: readonly LinkChange[]
  /** Why direct messages of its own were lost, as far as it was told. */
  readonly failures: readonly string[]
  readonly connections: number
  /** Memory of the whole process, bytes. */
  readonly rss: number
  /** Of that, JavaScript's objects. */
  readonly heap: number
}

/** What a peer can be told. */
export type PeerCommands = {
  prepare(hub: string, maxPeers: number): Promise<void>
  /** Resolves at once: `report` tells what comes of it. */
  join(): void
  glance(): Glance
  report(): PeerReport
  broadcast(text: string): void
  direct(to: string, text: string): void
}

const MAKERS: Readonly<Record<System, MakeAgent>> = {
  pigeon: makePigeon,
  peerpigeon: makePeerPigeon,
}

const received = new Set<string>()
const failures: string[] = []
const changes: LinkChange[] = []
let linked = new Set<string>()
let startedAt = 0
let made: Agent | undefined

function agent(): Agent {
  if (made === undefined) throw new Error('not prepared')
  return made
}

function sample(): void {
  const now = new Set(agent().links)
  const at = Date.now()
  for (const peer of now) if (!linked.has(peer)) changes.push({ at, peer, up: true })
  for (const peer of linked) if (!now.has(peer)) changes.push({ at, peer, up: false })
  linked = now
}

const commands: PeerCommands = {
  async prepare(hub, maxPeers) {
    const make = MAKERS[process.argv[2] as System]
    made = await make({
      hub,
      maxPeers,
      onMessage: (text) => received.add(text),
      onFailure: (code) => failures.push(code),
    })
  },
  join() {
    startedAt = Date.now()
    // Whoever cannot join has no links: that is what is measured.
    agent()
      .join()
      .catch((error) => console.error(error))
    setInterval(sample, SAMPLE_MS)
  },
  glance() {
    sample()
    const { id, links } = agent()
    return { id, links, changedAt: changes.at(-1)?.at ?? 0, received: received.size }
  },
  report() {
    const { id, connections } = agent()
    const { rss, heapUsed: heap } = process.memoryUsage()
    return { id, startedAt, changes, failures, connections, rss, heap }
  },
  broadcast: (text) => agent().broadcast(text),
  direct: (to, text) => agent().direct(to, text),
}

serve(commands)
