// Measures bittorrent-dht (BEP 5 and 44) over UDP on this machine:
// `node measure.mjs '{"peers":100,"records":50,"gets":200,"bytes":256}'` prints a line of JSON.
import { Client } from 'bittorrent-dht'

const { peers, records, gets, bytes } = JSON.parse(process.argv[2])

/** Gets whose processor time is measured together; the best round counts. */
const ROUND = 20

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const call = (run) =>
  new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))))

let packets = 0
const nodes = []
for (let index = 0; index < peers; index++) {
  const bootstrap = nodes.slice(-3).map((node) => `127.0.0.1:${node.address().port}`)
  const node = new Client({ bootstrap, host: '127.0.0.1' })
  node.on('error', () => {})
  await new Promise((resolve) => node.listen(0, '127.0.0.1', resolve))
  const { socket } = node._rpc
  const send = socket.send
  socket.send = (...args) => {
    packets++
    return send.apply(socket, args)
  }
  nodes.push(node)
  await sleep(20)
}
await sleep(5000)
const value = (index) => Buffer.alloc(bytes, index)
const keys = []
for (let index = 0; index < records; index++) {
  keys.push(await call((done) => nodes[(index * 7) % peers].put({ v: value(index) }, done)))
}
await sleep(2000)
packets = 0
let found = 0
let best = Number.POSITIVE_INFINITY
for (let from = 0; from < gets; from += ROUND) {
  const before = process.cpuUsage()
  for (let index = from; index < from + ROUND; index++) {
    const node = nodes[(index * 13 + 5) % peers]
    const got = await call((done) => node.get(keys[index % records], { cache: false }, done))
    if (got?.v?.[0] === index % records) found++
  }
  const { user, system } = process.cpuUsage(before)
  best = Math.min(best, (user + system) / ROUND)
}
console.log(JSON.stringify({ found: found / gets, cpuMicros: best, messages: packets / gets }))
process.exit(0)
