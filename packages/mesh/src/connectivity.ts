import type { PeerId } from '@pigeon/xor'
import type { Contacts } from './contacts.ts'
import type { Linker } from './linker.ts'
import { sidesOf } from './ring-view.ts'
import type { Router } from './router.ts'
import type { Settings } from './settings.ts'

/** What a peer knows of its place in the network. */
export interface Connectivity {
  readonly self: PeerId
  readonly links: readonly PeerId[]
  readonly maxPeers: number
  /** Peers known, and how many of them may be tried now. */
  readonly known: number
  readonly reachable: number
  /** Clockwise, then the other way: the next peer linked, and those known to be nearer. */
  readonly ring: readonly {
    readonly linked: PeerId | undefined
    readonly nearer: readonly {
      readonly id: PeerId
      readonly how: 'way' | 'unlinkable' | 'trying'
    }[]
  }[]
  /** Whether a link is missing that the ring needs. */
  readonly isIncomplete: boolean
  /** Whether nothing changed next to this peer lately. */
  readonly isCalm: boolean
  /** Peers asked for a link, and peers that were promised one. */
  readonly asked: readonly PeerId[]
  readonly promised: readonly PeerId[]
}

export function describeConnectivity(parts: {
  self: PeerId
  settings: Settings
  contacts: Contacts
  linker: Linker
  router: Router
  isCalm: boolean
}): Connectivity {
  const { self, settings, contacts, linker, router, isCalm } = parts
  const how = (id: PeerId) => {
    if (router.tunnels.has(id)) return 'way'
    return linker.unlinkable.failures(id) > 1 ? 'unlinkable' : 'trying'
  }
  return {
    self,
    links: [...linker.places.open],
    maxPeers: settings.maxPeers,
    known: contacts.ids.size,
    reachable: contacts.table.size,
    ring: sidesOf(contacts.table, linker.places.open).map(({ linked, between }) => ({
      linked,
      nearer: between.map((id) => ({ id, how: how(id) })),
    })),
    isIncomplete: linker.ring.isIncomplete,
    isCalm,
    asked: [...linker.asks.asked.keys()],
    promised: [...linker.asks.promised.keys()],
  }
}
