import { PigeonMesh } from '@pigeon/peer'
import { NetworkGraph } from '@pigeon/peer/graph'

/** One peer is answered at most this often, ms. */
const ANSWER_EVERY_MS = 1000

/** Peers whose last answer is remembered; of more, the oldest are forgotten. */
const MAX_REMEMBERED = 1000

/**
 * Starts a Node peer that stays in a network and answers: whoever writes to everyone or to it
 * gets a direct message back.
 * @param {{ hub: string, network: string }} options
 * @returns {Promise<PigeonMesh>}
 */
export async function startResident({ hub, network }) {
  const mesh = new PigeonMesh(network, { hubs: [hub] })
  /** @type {Map<string, number>} */
  const answeredAt = new Map()
  mesh.on('messageReceived', ({ from, content, direct, hops }) => {
    const now = Date.now()
    if (typeof content !== 'string' || now - (answeredAt.get(from) ?? 0) < ANSWER_EVERY_MS) return
    answeredAt.delete(from)
    answeredAt.set(from, now)
    for (const oldest of answeredAt.keys()) {
      if (answeredAt.size <= MAX_REMEMBERED) break
      answeredAt.delete(oldest)
    }
    const way = direct ? 'directly' : hops === 1 ? 'over 1 hop' : `over ${hops} hops`
    const quote = content.length > 80 ? `${content.slice(0, 79)}…` : content
    mesh.sendDirectMessage(from, `I heard “${quote}” ${way}`)
  })
  await mesh.connect()
  const graph = new NetworkGraph(mesh, { label: 'Node' })
  mesh.on('closed', () => graph.close())
  return mesh
}
