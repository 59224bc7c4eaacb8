import { type Emitter, Multiplexer } from '@pigeon/transport'
import { nextOnEitherSide, type PeerId, randomPeerId } from '@pigeon/xor'
import type { Card } from './cards.ts'
import { Carrier } from './carrier.ts'
import { Connections } from './connections.ts'
import { Contacts } from './contacts.ts'
import { Discovery } from './discovery.ts'
import { Explorer } from './explorer.ts'
import { HubQueries } from './hub-queries.ts'
import { LinkTable } from './link-table.ts'
import { Linker } from './linker.ts'
import type { MeshEvents, MeshOptions } from './mesh-options.ts'
import { Negotiation } from './negotiation.ts'
import { answerNeighbours } from './neighbour-answers.ts'
import { MAX_DEATHS } from './neighbour-frames.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { Overflow } from './overflow.ts'
import { RingKeeper } from './ring-keeper.ts'
import { Router } from './router.ts'
import type { Settings } from './settings.ts'
import { Upkeep } from './upkeep.ts'
import { VirtualLinks } from './virtual-links.ts'

/** What the user of a mesh deals with, of all that it consists of. */
export interface MeshParts {
  readonly contacts: Contacts
  readonly table: LinkTable
  readonly multiplexer: Multiplexer
  readonly router: Router
  readonly linker: Linker
  readonly ring: RingKeeper
  readonly connections: Connections
  readonly upkeep: Upkeep
  /** Says goodbye on all links and lets go of everything. */
  readonly close: () => Promise<void>
}

/** Makes the parts of a mesh and joins them. */
export function meshParts(
  options: MeshOptions,
  settings: Settings,
  events: Emitter<MeshEvents>,
): MeshParts {
  const { self, signaling, clock, random } = options
  const world = { self, clock, random }

  // Whom it knows and is linked with.
  const contacts = new Contacts(self, options.maxContacts ?? 1000)
  const table = new LinkTable({ self, clock, factory: options.links })
  const multiplexer = new Multiplexer(table.transport)
  const neighbourhood = new Neighbourhood({
    transport: multiplexer.open('pigeon/links/1'),
    clock,
    own: () => ({ free: free(), dead: contacts.recentDeaths(clock.now(), MAX_DEATHS) }),
  })
  const router = new Router({
    ...{ clock, random, neighbourhood },
    transport: multiplexer.open('pigeon/route/1'),
    teller: (peer) => contacts.tellerOf(peer),
  })

  // What several parts ask of others, some of which come later.
  const free = (): number => linker.places.free
  const fours = (): Card[] => ring.fours()
  const changed = (): void => upkeep.changed()
  const learned = (cards: readonly Card[], teller: PeerId, way?: readonly PeerId[]): void =>
    discovery.learn(cards, teller, way)

  // How it makes links.
  const carrier = new Carrier({
    ...{ signaling, router, contacts, clock },
    received: (from, message) => negotiation.received(from, message),
    lost: (peer, kind) => linker.lost(peer, kind),
  })
  const linker = new Linker({
    ...{ ...world, contacts, table, settings, fours },
    send: (to, message, spareHub) => carrier.send(to, message, spareHub),
    isTunnelled: (peer) => virtual.has(peer),
    wanting: () => explorer.want(),
  })
  const { places } = linker
  const negotiation = new Negotiation({
    ...{ clock, contacts, table, linker, fours, learned },
    send: (to, message) => carrier.send(to, message),
  })

  // How it keeps its place in the network.
  const ring = new RingKeeper({
    ...{ ...world, contacts, neighbourhood, router, free, learned },
    isIncomplete: () => linker.ring.isIncomplete,
  })
  const virtual = new VirtualLinks({
    ...{ clock, router, learned },
    fours: () => [{ id: self, ageMs: 0, free: free() }, ...fours()],
    wayTo: (peer) => contacts.get(peer)?.source.way,
  })
  const overflow = new Overflow({
    clock,
    excess: () => places.open.size - settings.maxPeers,
    leastWanted: () => linker.spare.leastWanted(),
    ask: (peer) => void neighbourhood.send(peer, { kind: 'need' }),
    drop: (peer) => connections.evict(peer),
  })
  const explorer = new Explorer(clock, () =>
    ring.explore(randomPeerId(random), () => linker.fill()),
  )
  const queries = new HubQueries(clock, () => {
    const few = places.open.size < settings.minPeers
    const nearest = () => nextOnEitherSide(self, [...places.open, ...router.tunnels.peers])
    void signaling.query(few ? undefined : nearest())
  })

  // How it hears of everything.
  const heard = { clock, contacts, table, linker, events, changed }
  const isAnswerDue = () => queries.isAnswerDue
  const discovery = new Discovery({ ...heard, settings, signaling, neighbourhood, isAnswerDue })
  const connections = new Connections({ ...heard, multiplexer, overflow, ring })
  const stopAnswering = answerNeighbours({ neighbourhood, linker, ring, overflow })
  const cared = { contacts, table, linker, ring, virtual, overflow, explorer, queries }
  const upkeep = new Upkeep({ clock, random, settings, ...cared })

  const close = async (): Promise<void> => {
    stopAnswering()
    for (const part of [upkeep, discovery, connections, negotiation, queries, explorer, ring]) {
      part.stop()
    }
    for (const part of [carrier, linker, neighbourhood, router, multiplexer]) part.close()
    await table.closeAll()
    connections.clear()
  }
  return { contacts, table, multiplexer, router, linker, ring, connections, upkeep, close }
}
