// PeerPigeon in a process of its own, as npm has it: peerpigeon-process <folder of the package> <peer|server>.
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, role] = process.argv.slice(2)
const entry = join(folder, 'index.js')
// Its client takes the WebSocket of the runtime, which Node 20 does not have yet.
globalThis.WebSocket = createRequire(entry)('ws')
// Fewer sockets for each connection; nothing else changes.
globalThis.AUTOMATED_TEST = true
const { PeerPigeonMesh, PeerPigeonServer } = await import(pathToFileURL(entry).href)

const received = []
let mesh

const commands = {
  async join(url, networkName, peerId) {
    mesh = new PeerPigeonMesh({ networkName, peerId })
    await mesh.init()
    mesh.addEventListener('messageReceived', ({ from, content }) => {
      if (from !== mesh.peerId) received.push(String(content))
    })
    await mesh.connect(url)
    return mesh.peerId
  },
  links() {
    const peers = [...mesh.connectionManager.peers]
    return peers.flatMap(([id, peer]) => (peer.dataChannel?.readyState === 'open' ? [id] : []))
  },
  received: () => received,
  broadcast: (text) => void mesh.sendMessage(text),
  direct: (to, text) => void mesh.sendDirectMessage(to, text),
  storage: (method, ...args) => mesh.distributedStorage[method](...args),
  async serve() {
    // It takes 0 for 3000.
    const free = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => free.on('listening', resolve))
    const { port } = free.address()
    await new Promise((resolve) => free.close(resolve))
    await new PeerPigeonServer({ port, host: '127.0.0.1' }).start()
    return `ws://127.0.0.1:${port}`
  },
}

process.on('message', async ({ number, command, args }) => {
  try {
    process.send({ number, value: await commands[command](...args) })
  } catch (error) {
    process.send({ number, error: String(error) })
  }
})
process.on('disconnect', () => process.exit())
process.send({ ready: role })
