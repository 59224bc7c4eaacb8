import { PigeonMesh } from '@pigeon/peer'
import { NetworkGraph } from '@pigeon/peer/graph'
import { obeyOrders } from '../chaos/orders.ts'
import { equip } from '../layers/equip.ts'
import { signal } from '../ui/signal.ts'
import { explain, status, where } from './session.ts'

/** Peers that are opened at once. */
const MORE = 5

/** Peers of one page, at most: browsers allow 500 connections in a page's lifetime. */
const MAX_EXTRAS = 20

/** Further peers of this page, each with keys and links of its own. */
export const extras = signal<readonly PigeonMesh[]>([])

/** Opens five more, as if five more people had come. */
export async function openMore(): Promise<void> {
  const { network, hub } = where.value
  const count = Math.min(MORE, MAX_EXTRAS - extras.value.length)
  await Promise.all(
    Array.from({ length: count }, async () => {
      const mesh = new PigeonMesh(network, { hubs: [hub] })
      try {
        await mesh.connect()
      } catch (error) {
        status.value = explain(error)
        return
      }
      const graph = new NetworkGraph(mesh, { label: 'browser' })
      mesh.on('closed', () => graph.close())
      obeyOrders(equip(mesh))
      extras.value = [...extras.value, mesh]
    }),
  )
}

/** They leave, with a goodbye. */
export async function closeExtras(): Promise<void> {
  const all = extras.value
  extras.value = []
  await Promise.all(all.map((mesh) => mesh.close()))
}
