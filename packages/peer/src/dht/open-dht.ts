import { Dht, DhtError } from '@pigeon/dht'
import { systemCrypto } from '@pigeon/identity/system'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { SETTLE_MS, sha256 } from '#here'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { DhtTable } from './table.ts'
import type { DhtTableOptions } from './table-options.ts'

const tables = new WeakMap<PigeonMesh, DhtTable>()

/**
 * The table of a mesh, which takes part in it from then on; called again, the same one.
 * @param options count at the first call
 * @throws DhtError `CLOSED` if the mesh is
 * @throws RangeError that names the option and what it got
 * @example
 * const table = openDht(await joinMesh('demo', { hubs }))
 * await table.put('colour', 'green')
 */
export function openDht(mesh: PigeonMesh, options: DhtTableOptions = {}): DhtTable {
  if (mesh.closed) throw new DhtError('CLOSED', 'the mesh is closed')
  const existing = tables.get(mesh)
  if (existing !== undefined) return existing
  const { identity, peerId, network } = mesh
  const { signer = identity.user ?? identity, ...rest } = options
  const dht = new Dht({
    settleMs: SETTLE_MS,
    ...rest,
    transport: mesh.open('pigeon/dht/1'),
    clock: systemClock,
    random: systemRandom,
    verify: systemCrypto.verify,
    domain: network,
    sha256,
    recordSigner: signer,
    // An id of one's own choice is proved by nothing.
    ...(identity.id === peerId && { signer: identity }),
  })
  const table = new DhtTable({ dht, sha256, key: signer.key })
  mesh.on('closed', () => void table.close())
  tables.set(mesh, table)
  return table
}
