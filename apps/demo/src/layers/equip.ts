import { isPeerId, type PeerId, type PigeonMesh } from '@pigeon/peer'
import { type Channel, openChannel } from '@pigeon/peer/channels'
import { type DhtTable, openDht } from '@pigeon/peer/dht'
import { openRpc, type Rpc } from '@pigeon/peer/rpc'

/** Peers on the way of one message, at most: as many as a broadcast may pass. */
const MAX_PATH = 255

/** What somebody asks all peers of the network to do. */
interface ChaosOrder {
  /** Which part of the links to cut, 0 to 1. */
  readonly cut: number
}

/** Round trips of a peer's links, ms. */
type Pulse = ReadonlyMap<string, number>

/** What every peer of this page takes part in. */
export interface Equipment {
  readonly mesh: PigeonMesh
  /** Tells authors which way their messages came. */
  readonly ways: Channel<readonly PeerId[]>
  readonly chaos: Channel<ChaosOrder>
  readonly pulse: Channel<Pulse>
  readonly table: DhtTable
  readonly rpc: Rpc
}

/** Lets a peer take part, whether a person looks at it or not. */
export function equip(mesh: PigeonMesh): Equipment {
  const ways = openChannel<readonly PeerId[]>(mesh, 'demo/ways', { schema: checked(isPath) })
  mesh.on('messageReceived', ({ from, direct, path }) => {
    if (direct || path === undefined) return
    // The author may be gone by then.
    ways.send(from, [...path, mesh.peerId]).catch(() => undefined)
  })
  return {
    mesh,
    ways,
    chaos: openChannel<ChaosOrder>(mesh, 'demo/chaos', { schema: checked(isOrder) }),
    pulse: openChannel<Pulse>(mesh, 'demo/pulse', { schema: checked(isPulse) }),
    table: openDht(mesh),
    rpc: openRpc(mesh),
  }
}

/** A validator out of a question. */
function checked<T>(is: (value: unknown) => value is T) {
  const validate = (value: unknown) =>
    is(value) ? { value } : { issues: [{ message: 'not of the shape it should be' }] }
  return { '~standard': { version: 1, vendor: 'pigeon-demo', validate } } as const
}

function isPath(value: unknown): value is readonly PeerId[] {
  return Array.isArray(value) && value.length <= MAX_PATH && value.every((id) => isPeerId(id))
}

function isOrder(value: unknown): value is ChaosOrder {
  const { cut } = (value ?? {}) as { cut?: unknown }
  return typeof cut === 'number' && cut >= 0 && cut <= 1
}

function isPulse(value: unknown): value is Pulse {
  if (!(value instanceof Map) || value.size > 64) return false
  return [...value].every(([id, ms]) => isPeerId(id) && typeof ms === 'number')
}
