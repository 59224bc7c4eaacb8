import { joinMesh, MeshError, type PeerId, type PigeonMesh } from '@pigeon/peer'
import { signal } from '../ui/signal.ts'
import { recordEvents } from './events.ts'
import type { Place } from './place.ts'

/** The peer of this page, once a hub let it in. */
export const mesh = signal<PigeonMesh | undefined>(undefined)
export const self = signal<PeerId | undefined>(undefined)
/** The hub that is connected, if one is. */
export const hub = signal<string | undefined>(undefined)
/** How it stands, in words. */
export const status = signal('Joining…')
/** Whether joining failed, so that a person may try again. */
export const failed = signal(false)
/** Linked peers that nothing was heard of for some seconds. */
export const suspects = signal<ReadonlySet<PeerId>>(new Set())

/** The place this page is in; known from the start. */
export const where = signal<Place>({ network: '', hub: '' })

/** Joins, and says in `status` how that went. */
export async function join(place: Place): Promise<PigeonMesh | undefined> {
  where.value = place
  status.value = 'Joining…'
  failed.value = false
  let joined: PigeonMesh
  try {
    joined = await joinMesh(place.network, { hubs: [place.hub] })
  } catch (error) {
    status.value = explain(error)
    failed.value = true
    return undefined
  }
  performance.mark('joined')
  follow(joined, place)
  self.value = joined.peerId
  mesh.value = joined
  return joined
}

/** What went wrong, and what to try. */
export function explain(error: unknown): string {
  if (error instanceof MeshError) return `${error.message}. ${error.hint}`
  return error instanceof Error ? error.message : String(error)
}

function follow(joined: PigeonMesh, { network, hub: url }: Place): void {
  recordEvents(joined)
  const connected = (): void => {
    hub.value = url
    status.value = `Connected to “${network}” through ${new URL(url).host}`
  }
  connected()
  joined.on('connected', connected)
  joined.on('disconnected', () => {
    hub.value = undefined
    status.value = 'The hub is gone; links between peers stay up. Trying again…'
  })
  const off = joined.on('peerConnected', () => {
    performance.mark('linked')
    off()
  })
  const doubt = (peerId: PeerId, isSuspect: boolean): void => {
    const next = new Set(suspects.value)
    if (isSuspect) next.add(peerId)
    else next.delete(peerId)
    suspects.value = next
  }
  joined.on('peerReconnecting', ({ peerId }) => doubt(peerId, true))
  joined.on('peerReconnected', ({ peerId }) => doubt(peerId, false))
  joined.on('peerDisconnected', ({ peerId }) => doubt(peerId, false))
}
