import { joinMesh, MeshError, type PeerId, type PigeonMesh } from '@pigeon/peer'
import { type GraphNode, NetworkGraph } from '@pigeon/peer/graph'
import { signal } from '@preact/signals'
import type { Place } from './place.ts'

/** Chat lines kept on the page. */
const MAX_LINES = 500

/** One line of the chat. */
export interface Line {
  readonly key: string
  readonly who: PeerId
  /** The one reader of a direct message. */
  readonly to: PeerId | undefined
  readonly text: string
  /** What is known of its way, in words. */
  readonly note: string
  readonly mine: boolean
}

export const self = signal<PeerId | undefined>(undefined)
export const status = signal('Joining…')
export const nodes = signal<readonly GraphNode[]>([])
export const lines = signal<readonly Line[]>([])
/** The peer that direct messages go to; everyone if undefined. */
export const selected = signal<PeerId | undefined>(undefined)

let mesh: PigeonMesh | undefined

/** The eight characters a peer is called by on the page. */
export const shortId = (id: PeerId): string => id.slice(0, 8)

export async function join({ network, hub }: Place): Promise<void> {
  try {
    mesh = await joinMesh(network, { hubs: [hub] })
  } catch (error) {
    status.value =
      error instanceof MeshError
        ? `${error.message}. ${error.hint}`
        : String((error as Error).message)
    return
  }
  self.value = mesh.peerId
  const connected = () => {
    status.value = `Connected to network “${network}” through ${hub}`
  }
  connected()
  mesh.on('connected', connected)
  mesh.on('disconnected', () => {
    status.value = 'The hub is gone; links between peers stay up. Trying again…'
  })
  mesh.on('messageReceived', ({ from, content, direct, hops, messageId }) => {
    if (typeof content !== 'string') return
    const note = direct ? 'direct message' : hops === 1 ? '1 hop' : `${hops} hops`
    add({
      key: messageId,
      who: from,
      to: direct ? self.value : undefined,
      text: content,
      note,
      mine: false,
    })
  })
  mesh.on('messageDelivered', ({ messageId, ms }) =>
    annotate(messageId, `delivered in ${Math.round(ms)} ms`),
  )
  mesh.on('messageFailed', ({ messageId, code }) => annotate(messageId, `not delivered: ${code}`))
  const graph = new NetworkGraph(mesh, { label: 'browser' })
  const draw = () => {
    nodes.value = graph.nodes
    const chosen = selected.value
    if (chosen && !graph.nodes.some(({ peerId }) => peerId === chosen)) selected.value = undefined
  }
  graph.on('changed', draw)
  draw()
}

/** Sends what was typed to whom is selected. */
export function send(text: string): void {
  if (mesh === undefined || text === '') return
  const to = selected.value
  const key = to === undefined ? mesh.sendMessage(text) : mesh.sendDirectMessage(to, text)
  add({ key, who: mesh.peerId, to, text, note: to ? 'sending…' : 'to everyone', mine: true })
}

/** Chooses whom direct messages go to; the same peer again, or oneself, means everyone. */
export function select(peer: PeerId): void {
  selected.value = peer === selected.value || peer === self.value ? undefined : peer
}

function add(line: Line): void {
  lines.value = [...lines.value, line].slice(-MAX_LINES)
}

function annotate(key: string, note: string): void {
  lines.value = lines.value.map((line) => (line.key === key ? { ...line, note } : line))
}
