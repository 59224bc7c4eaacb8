import type { PeerId, PigeonMesh } from '@pigeon/peer'
import { type GraphNode, NetworkGraph } from '@pigeon/peer/graph'
import { chosen } from '../session/chosen.ts'
import { self } from '../session/session.ts'
import { signal } from '../ui/signal.ts'

/** What is known of the links of this page's peer. */
export interface LinkState {
  /** There and back, ms, if an answer came. */
  readonly rttMs: number | undefined
  /** Whether a TURN server carries it. */
  readonly isRelayed: boolean
}

/** How often links are asked for their round trips, ms. */
const LOOK_MS = 2000

/** All peers that were heard of, this one first. */
export const nodes = signal<readonly GraphNode[]>([])

/** The links of this page's peer. */
export const links = signal<ReadonlyMap<PeerId, LinkState>>(new Map())

/** Everyone but this peer. */
export const others = {
  get value(): readonly GraphNode[] {
    return nodes.value.filter(({ peerId }) => peerId !== self.value)
  },
}

/** Round trips that others tell of their links, by {@link edgeKey}, ms. */
export const toldRtts = signal<ReadonlyMap<string, number>>(new Map())

/** The same for both ends of a link. */
export const edgeKey = (a: PeerId, b: PeerId): string => (a < b ? `${a}${b}` : `${b}${a}`)

/** Keeps the picture of the network up to date. */
export function watchNetwork(mesh: PigeonMesh): void {
  const graph = new NetworkGraph(mesh, { label: 'browser' })
  const draw = (): void => {
    nodes.value = graph.nodes
    if (!graph.nodes.some(({ peerId }) => peerId === chosen.value)) chosen.value = undefined
  }
  graph.on('changed', draw)
  draw()
  const timer = setInterval(() => void look(mesh), LOOK_MS)
  mesh.on('closed', () => clearInterval(timer))
}

async function look(mesh: PigeonMesh): Promise<void> {
  const { peers } = await mesh.stats()
  links.value = new Map(
    peers.map(({ peerId, rttMs, isRelayed = false }) => [peerId, { rttMs, isRelayed }]),
  )
}
