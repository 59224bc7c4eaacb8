import type { PeerId } from '@pigeon/xor'
import type { MeshStats } from '../mesh-stats.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { element } from './element.ts'
import { PEER_COLUMNS, type PeerRow, peerRows, rowTitle } from './peer-rows.ts'

/** A part of the panel: what it shows, and how it ends. */
export interface Part {
  readonly nodes: readonly Node[]
  close(): void
}

/** Who is linked or known, with round trip and path, looked at every `refreshMs` while it is seen. */
export function peerTable(mesh: PigeonMesh, refreshMs: number): Part {
  const silent = new Set<PeerId>()
  const body = element('tbody')
  let stats: MeshStats | undefined
  let isOver = mesh.closed
  const draw = (): void => body.replaceChildren(...rowsOf(isOver ? [] : known()))
  const known = (): PeerRow[] =>
    peerRows({ peers: mesh.peers, discovered: knownTo(mesh), silent, stats })
  let isLooking = false
  const refresh = async (): Promise<void> => {
    draw()
    if (isOver || isLooking || document.visibilityState === 'hidden') return
    isLooking = true
    stats = await statsOf(mesh)
    isLooking = false
    draw()
  }
  const heard = ({ peerId }: { peerId: PeerId }): void => {
    silent.delete(peerId)
    draw()
  }
  const offs = [
    mesh.on('peerDiscovered', draw),
    mesh.on('peerConnected', () => void refresh()),
    mesh.on('peerDisconnected', heard),
    mesh.on('peerReconnected', heard),
    mesh.on('peerReconnecting', ({ peerId }) => {
      silent.add(peerId)
      draw()
    }),
    mesh.on('closed', () => {
      isOver = true
      draw()
    }),
  ]
  const timer = setInterval(() => void refresh(), refreshMs)
  void refresh()
  const heads = ['Peer', ...PEER_COLUMNS].map((text) => element('th', { scope: 'col' }, text))
  const head = element('thead', {}, element('tr', {}, ...heads))
  const table = element('table', {}, head, body)
  const box = element('div', { class: 'pigeon-scroll', tabindex: '0', role: 'region' }, table)
  box.setAttribute('aria-label', 'Peers, with their links')
  return {
    nodes: [box],
    close() {
      clearInterval(timer)
      for (const off of offs) off()
    },
  }
}

function rowsOf(rows: readonly PeerRow[]): Node[] {
  if (rows.length === 0) {
    const columns = String(PEER_COLUMNS.length + 1)
    return [element('tr', {}, element('td', { colspan: columns }, 'No peer is known.'))]
  }
  return rows.map((row) => {
    const name = element('code', { title: row.peerId }, rowTitle(row))
    const cells = row.cells.map((text) => element('td', {}, text))
    return element('tr', {}, element('th', { scope: 'row' }, name), ...cells)
  })
}

/** Nothing, before it has joined. */
async function statsOf(mesh: PigeonMesh): Promise<MeshStats | undefined> {
  try {
    return await mesh.stats()
  } catch {
    return undefined
  }
}

/** Nobody, before it has joined. */
function knownTo(mesh: PigeonMesh): ReadonlySet<PeerId> {
  try {
    return mesh.discovered
  } catch {
    return new Set()
  }
}
