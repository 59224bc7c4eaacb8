// Three hubs that know one of each other form one network: peers of any meet. Usage: node main.mjs
import { runHub } from '@pigeon/hub-server'
import { PigeonMesh } from '@pigeon/peer'

/** @param {readonly string[]} bootstrapHubs hubs to dial; those introduce the others */
const start = (bootstrapHubs) =>
  runHub({
    port: 0,
    isHub: 'on',
    hubMeshTransport: 'ws',
    // Hubs of different machines share a secret; those of one user on one machine need none.
    hubMeshNamespace: `example-${process.pid}`,
    bootstrapHubs,
  })

const first = await start([])
const second = await start([first.url])
const third = await start([second.url])

const [ann, bob] = [second, third].map(({ url }) => new PigeonMesh('example', { hubs: [url] }))
if (ann === undefined || bob === undefined) throw new Error('two were made')
const heard = new Promise((resolve) => bob.on('messageReceived', resolve))
await Promise.all([ann.connect(), bob.connect()])
await Promise.all([ann.whenPeers(1), bob.whenPeers(1)])

// Links are there, so the hubs may go.
await Promise.all([first, second, third].map((hub) => hub.stop()))
ann.sendMessage('no hub needed any more')
const { content, hops } = await heard
console.log(`3 hubs, 2 peers at different ones, hubs stopped: “${content}” over ${hops} hop`)
await Promise.all([ann.close(), bob.close()])
