import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { afterEach, expect, test } from 'vitest'
import { NetworkGraph } from './graph.ts'
import { joinMesh, MeshError, PigeonMesh as Peer, type PigeonMesh } from './index.ts'

const opened: { close?(): Promise<void>; stop?(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await (one.close?.() ?? one.stop?.())
})

async function hub(port = 0): Promise<string> {
  const server = new HubServer({ port, auth: 'open' })
  opened.push(server)
  return (await server.start()).url
}

/** A peer of its own, joined and closed after the test. */
async function peer(
  url: string,
  options: { network?: string; peerId?: string } = {},
): Promise<PigeonMesh> {
  const { network = 'test', ...rest } = options
  const mesh = new Peer(network, { hubs: [url], ...rest })
  opened.push(mesh)
  await mesh.connect()
  return mesh
}

/** The next `count` events of a kind. */
function next(mesh: PigeonMesh, count = 1): Promise<Record<string, unknown>[]> {
  return new Promise((resolve) => {
    const seen: Record<string, unknown>[] = []
    const off = mesh.on('messageReceived', (event) => {
      seen.push({ ...event })
      if (seen.length < count) return
      off()
      resolve(seen)
    })
  })
}

test('M8 M10 a broadcast reaches the others with its way described', async () => {
  const url = await hub()
  const [a, b, c] = [await peer(url), await peer(url), await peer(url)]
  await Promise.all([a, b, c].map((one) => one.whenPeers(2)))
  const heard = [next(b), next(c)]
  const before = Date.now()
  const messageId = a.sendMessage({ text: 'hello', list: [1, null, true] })
  for (const [event] of await Promise.all(heard)) {
    expect(event).toMatchObject({
      from: a.peerId,
      content: { text: 'hello', list: [1, null, true] },
      direct: false,
      messageId,
    })
    // The way over the third peer may be the faster one.
    expect([1, 2]).toContain(event?.['hops'])
    expect(event?.['ttl']).toBe(32 - Number(event?.['hops']))
    expect(event?.['timestamp']).toBeGreaterThanOrEqual(before - 50)
  }
})

test('M9 a direct message reaches one, and its delivery is told', async () => {
  const url = await hub()
  const [a, b] = [await peer(url), await peer(url)]
  await a.whenPeers(1)
  const heard = next(b)
  const delivered = new Promise((resolve) => a.on('messageDelivered', resolve))
  const messageId = a.sendDirectMessage(b.peerId, Uint8Array.of(1, 2, 3))
  expect(await heard).toMatchObject([{ from: a.peerId, direct: true, hops: 1, messageId }])
  expect(await delivered).toMatchObject({ messageId, to: b.peerId, hops: 1 })
  const failed = new Promise((resolve) => a.on('messageFailed', resolve))
  const lost = a.sendDirectMessage('0'.repeat(40), 'nobody')
  expect(await failed).toEqual({ messageId: lost, to: '0'.repeat(40), code: 'NO_ROUTE' })
})

test('S3 peers of two networks never meet', async () => {
  const url = await hub()
  const a = await peer(url, { network: 'red' })
  const b = await peer(url, { network: 'blue' })
  const c = await peer(url, { network: 'blue' })
  await b.whenPeers(1)
  expect([...b.peers]).toEqual([c.peerId])
  expect([...a.discovered]).toEqual([])
})

test('S4 a hub that wants keys refuses a given id at once, and says what to do', async () => {
  const server = new HubServer({ port: 0 })
  const { url } = await server.start()
  const joining = joinMesh('test', { hubs: [url], peerId: 'ab'.repeat(20) })
  await expect(joining).rejects.toMatchObject({
    code: 'HUB_REFUSED',
    message: expect.stringContaining("a hub with auth 'open'"),
  })
  const keyed = await joinMesh('test', { hubs: [url] })
  await keyed.close()
  await server.stop()
})

test('M1 a given id is used, and a malformed one refused with the way out', async () => {
  const url = await hub()
  const peerId = 'ab'.repeat(20)
  expect((await peer(url, { peerId })).peerId).toBe(peerId)
  await expect(joinMesh('test', { hubs: [url], peerId: 'alice' })).rejects.toThrow(
    /got "alice" \(5 characters\); peerIdFromName/,
  )
})

test('M2 links live on while the hub is away, and the mesh comes back by itself', async () => {
  const server = new HubServer({ port: 0 })
  const { url, port } = await server.start()
  const [a, b] = [await peer(url), await peer(url)]
  await Promise.all([a.whenPeers(1), b.whenPeers(1)])
  const away = new Promise((resolve) => a.on('disconnected', resolve))
  const back = new Promise((resolve) => a.on('connected', resolve))
  await server.stop()
  expect(await away).toMatchObject({ hub: url, willRetry: true })
  const heard = next(b)
  a.sendMessage('still here')
  expect((await heard)[0]?.['content']).toBe('still here')
  await hub(port)
  await back
  const c = await peer(url)
  await c.whenPeers(2)
})

test('joinMesh with equal options shares one mesh, which ends with the last close', async () => {
  const url = await hub()
  const [first, second] = await Promise.all([
    joinMesh('shared', { hubs: [url], maxPeers: 5 }),
    joinMesh('shared', {
      maxPeers: 5,
      hubs: [new URL(url)].map((one) => String(one).replace(/\/$/, '')),
    }),
  ])
  expect(second).toBe(first)
  await first.close()
  expect(first.closed).toBe(false)
  await second.close()
  expect(first.closed).toBe(true)
  const third = await joinMesh('shared', { hubs: [url], maxPeers: 5 })
  expect(third).not.toBe(first)
  await third[Symbol.asyncDispose]()
  expect(third.closed).toBe(true)
})

test('what goes wrong has a code and a hint', async () => {
  const unreachable = joinMesh('test', { hubs: ['ws://127.0.0.1:9'], joinTimeoutMs: 300 })
  await expect(unreachable).rejects.toMatchObject({
    name: 'MeshError',
    code: 'HUB_UNREACHABLE',
    hint: expect.stringContaining('hub-server'),
    message: expect.stringContaining('ws://127.0.0.1:9'),
  })
  const url = await hub()
  const aborted = joinMesh('test', { hubs: [url], signal: AbortSignal.abort() })
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  const peerId = 'cd'.repeat(20)
  await peer(url, { peerId })
  await expect(peer(url, { peerId })).rejects.toMatchObject({ code: 'HUB_REFUSED' })
  const lonely = await peer(url, { network: 'lonely' })
  await expect(lonely.whenPeers(1, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
  const waiting = expect(lonely.whenPeers(1)).rejects.toMatchObject({ code: 'CLOSED' })
  await lonely.close()
  await waiting
  await expect(lonely.connect()).rejects.toBeInstanceOf(MeshError)
  await expect(joinMesh('test', { hubs: [] })).rejects.toThrow(RangeError)
  await expect(joinMesh('test', { hubs: ['localhost'] })).rejects.toThrow(/ws:\/\//)
})

test('the graph of the network is the same picture for everyone', async () => {
  const url = await hub()
  const meshes = [await peer(url), await peer(url), await peer(url)]
  await Promise.all(meshes.map((mesh) => mesh.whenPeers(2)))
  const graphs = meshes.map((mesh, index) => new NetworkGraph(mesh, { label: `peer ${index}` }))
  const picture = (graph: NetworkGraph) =>
    graph.nodes
      .map(({ peerId, label, links }) => `${label} ${peerId}: ${[...links].sort().join(' ')}`)
      .sort()
  await expect
    .poll(() => new Set(graphs.map((graph) => picture(graph).join('\n'))).size, { timeout: 5000 })
    .toBe(1)
  expect(picture(graphs[0] as NetworkGraph).length).toBe(3)
  for (const graph of graphs) graph.close()
})

test('M21 a process that closed its mesh ends by itself', async () => {
  const url = await hub()
  const script = `
    const { joinMesh } = await import('@pigeon/peer')
    const mesh = await joinMesh('exit', { hubs: ['${url}'] })
    await mesh.whenPeers(1)
    mesh.sendMessage('bye')
    await mesh.close()
    process.send('closed')
  `
  const stays = await peer(url, { network: 'exit' })
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await once(child, 'message')
  const closedAt = performance.now()
  child.disconnect()
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(performance.now() - closedAt).toBeLessThan(2000)
  await expect.poll(() => stays.peers.size).toBe(0)
})
