import { PigeonMesh } from '@pigeon/peer'
import { openChannel } from '@pigeon/peer/channels'
import { openDht } from '@pigeon/peer/dht'
import { NetworkGraph } from '@pigeon/peer/graph'
import { openRpc } from '@pigeon/peer/rpc'
import { SharedDocument } from '../src/document/shared-document.mjs'
import { holdTree } from './tree-root.mjs'

/** One peer is answered at most this often, ms. */
const ANSWER_EVERY_MS = 1000

/** Peers whose last answer is remembered; of more, the oldest are forgotten. */
const MAX_REMEMBERED = 1000

/** The hub is killed at most this often, ms. */
const RESTART_EVERY_MS = 10_000

/**
 * Starts a Node peer that stays in a network and answers: whoever writes to everyone or to it
 * gets a direct message back. It keeps the document and values of the network, and does what the
 * page asks the program beside the hub for.
 * @param {object} options
 * @param {string} options.hub
 * @param {string} options.network
 * @param {readonly string[]} [options.addresses] where other machines reach the page
 * @param {boolean} [options.hasDocs] whether the documentation is served beside the page
 * @param {() => Promise<void>} [options.restartHub] ends the hub, and starts it again after a while
 * @returns {Promise<PigeonMesh>}
 */
export async function startResident({ hub, network, addresses = [], hasDocs = false, restartHub }) {
  const mesh = new PigeonMesh(network, { hubs: [hub] })
  answerMessages(mesh)
  await mesh.connect()
  const graph = new NetworkGraph(mesh, { label: 'Node' })
  mesh.on('closed', () => graph.close())
  openDht(mesh)
  tellWays(mesh)
  const rpc = openRpc(mesh)
  rpc.handle('demo/about', () => ({ addresses: [...addresses], hasDocs }))
  if (restartHub !== undefined) rpc.handle('demo/restart-hub', nowAndThen(restartHub))
  const leaveTree = await holdTree(hub)
  mesh.on('closed', leaveTree)
  // It takes a moment to look for one; nobody has to wait for that.
  new SharedDocument(mesh).open().catch(() => {})
  return mesh
}

/** @param {PigeonMesh} mesh */
function answerMessages(mesh) {
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
}

/** Tells authors which way their messages came, as the pages do. @param {PigeonMesh} mesh */
function tellWays(mesh) {
  /** @type {import('@pigeon/peer/channels').Channel<readonly string[]>} */
  const ways = openChannel(mesh, 'demo/ways')
  mesh.on('messageReceived', ({ from, direct, path }) => {
    if (!direct && path !== undefined) ways.send(from, [...path, mesh.peerId]).catch(() => {})
  })
}

/** @param {() => Promise<void>} restart */
function nowAndThen(restart) {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - last < RESTART_EVERY_MS) return false
    last = performance.now()
    // After the answer is on its way.
    setTimeout(() => void restart().catch(() => {}), 50)
    return true
  }
}
