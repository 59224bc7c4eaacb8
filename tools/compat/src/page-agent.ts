import { servePage } from '@pigeon-tools/browser'
import type { Browser } from 'playwright-core'
import type { Agent } from './agent.ts'
import { peerPigeonBundle } from './peerpigeon.ts'

/** What runs in the page, behind PeerPigeon's own bundle. */
const GLUE = `
const received = []
let mesh
window.agent = {
  async join(url, networkName, peerId) {
    mesh = new window.PeerPigeonMesh({ networkName, peerId })
    await mesh.init()
    mesh.addEventListener('messageReceived', ({ from, content }) => {
      if (from !== mesh.peerId) received.push(String(content))
    })
    await mesh.connect(url)
    return mesh.peerId
  },
  links: () => [...mesh.connectionManager.peers]
    .flatMap(([id, peer]) => (peer.dataChannel?.readyState === 'open' ? [id] : [])),
  received: () => received,
  broadcast: (text) => void mesh.sendMessage(text),
  direct: (to, text) => void mesh.sendDirectMessage(to, text),
}
window.ready = true
`

/** Spares the page its question for a microphone, and some sockets. */
const BEFORE = 'window.DISABLE_LOCALHOST_MEDIA_REQUEST = true; window.AUTOMATED_TEST = true'

/** A peer of PeerPigeon's bundle in a page of its own. */
export async function pageAgent(browser: Browser): Promise<Agent> {
  const served = await servePage({ scripts: [BEFORE, peerPigeonBundle(), GLUE] })
  const page = await browser.newPage()
  await page.goto(served.url)
  await page.waitForFunction('window.ready === true')
  let id = ''
  const call = <T>(name: string, ...args: unknown[]): Promise<T> =>
    page.evaluate(`window.agent.${name}(...${JSON.stringify(args)})`) as Promise<T>
  return {
    id: () => id,
    async join(url, network, wanted) {
      id = await call('join', url, network, wanted)
    },
    links: () => call('links'),
    received: () => call('received'),
    broadcast: (text) => call('broadcast', text),
    direct: (to, text) => call('direct', to, text),
    async end() {
      await page.close()
      await served.close()
    },
  }
}
