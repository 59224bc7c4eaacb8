// Measures automerge-repo: one repository edits a text in batches, a second one gets all of it over a
// channel in memory: `node measure.mjs <file.json>` prints a line of JSON. The file holds batches of
// [at, remove, insert].
import { readFileSync } from 'node:fs'
import { MessageChannel } from 'node:worker_threads'
import { NetworkAdapter, Repo, save, splice } from './repo.mjs'

/** Two ends of a link in memory. */
class MemoryLink extends NetworkAdapter {
  #port
  bytes = 0

  constructor(port) {
    super()
    this.#port = port
  }

  isReady() {
    return true
  }

  whenReady() {
    return Promise.resolve()
  }

  connect(peerId, peerMetadata) {
    this.peerId = peerId
    this.#port.on('message', (message) => {
      if (message.hello !== undefined)
        this.emit('peer-candidate', { peerId: message.hello, peerMetadata: {} })
      else this.emit('message', message)
    })
    this.#port.postMessage({ hello: peerId })
    this.peerMetadata = peerMetadata
  }

  send(message) {
    this.bytes += message.data?.length ?? 0
    this.#port.postMessage(message)
  }

  disconnect() {
    this.#port.close()
  }
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const batches = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const one = new Repo({ peerId: 'one', network: [] })
const handle = one.create({ text: '' })
let at = cpuMs()
for (const edits of batches) {
  handle.change((doc) => {
    for (const [position, remove, insert] of edits) splice(doc, ['text'], position, remove, insert)
  })
}
const localMs = cpuMs() - at
const text = handle.doc().text
const savedBytes = save(handle.doc()).length

const { port1, port2 } = new MessageChannel()
const link = new MemoryLink(port1)
const two = new Repo({ peerId: 'two', network: [new MemoryLink(port2)] })
at = cpuMs()
const met = new Promise((done) => two.networkSubsystem.on('peer', done))
one.networkSubsystem.addNetworkAdapter(link)
await met
const other = await two.find(handle.url)
while (other.doc()?.text !== text) await new Promise((done) => setTimeout(done, 5))
const openMs = cpuMs() - at
console.log(JSON.stringify({ localMs, openMs, savedBytes, sentBytes: link.bytes }))
process.exit()
