import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SUBPROTOCOL } from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  cleanups,
  client,
  closeOf,
  connected,
  member,
  rawConnection,
  start,
} from '../../test/server-harness.ts'
import { HubError, HubServer } from '../server.ts'

test('S2 two clients meet and relay over real sockets', async () => {
  const { server, url } = await start()
  const [alice, bob] = [client(url), client(url)]
  await connected(alice)
  const named = new Promise<readonly PeerId[]>((resolve) => alice.on('peers', resolve))
  await connected(bob)
  expect(await named).toEqual([bob.self])
  const relayed = new Promise((resolve) =>
    bob.on('relay', (from, payload) => resolve([from, new TextDecoder().decode(payload)])),
  )
  expect(alice.send(bob.self, new TextEncoder().encode('hello'))).toBe('sent')
  expect(await relayed).toEqual([alice.self, 'hello'])
  expect(server.getPeers()).toHaveLength(2)
  expect(server.getStats()).toMatchObject({ connections: 2, peers: 2, networks: 1, relayed: 1 })
})

test('S1 started, peerConnected, peerDisconnected and stopped are events of the server', async () => {
  const server = new HubServer({ port: 0, auth: 'open' })
  const seen: unknown[] = []
  server.on('started', (address) => seen.push(['started', address]))
  server.on('peerConnected', ({ peerId }) => seen.push(['peerConnected', peerId]))
  server.on('peerDisconnected', ({ peerId, reason }) => seen.push([reason, peerId]))
  server.on('stopped', () => seen.push('stopped'))
  const address = await server.start()
  const alice = await connected(client(address.url))
  await server.stop()
  expect(seen).toEqual([
    ['started', { host: 'localhost', port: address.port, url: `ws://localhost:${address.port}` }],
    ['peerConnected', alice.self],
    ['SHUTDOWN', alice.self],
    'stopped',
  ])
  expect(server.address).toBeUndefined()
})

test('S1 a busy port is refused by name and number, and no other port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  cleanups.push(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const server = new HubServer({ port })
  const error = await server.start().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HubError)
  expect(error).toMatchObject({ code: 'PORT_BUSY' })
  expect((error as HubError).message).toContain(`port ${port} on localhost is in use`)
  expect((error as HubError).message).toContain('`port`')
  expect(server.address).toBeUndefined()
  await server.stop()
})

test('S1 a host that is not of this machine is refused', async () => {
  const error = await new HubServer({ port: 0, host: '192.0.2.77' })
    .start()
    .catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'HOST_UNAVAILABLE' })
})

test('S1 wrong use is refused: a port out of range, a second start', async () => {
  expect(() => new HubServer({ port: 70_000 })).toThrow(/port is a whole number/)
  expect(() => new HubServer({ maxConnections: 0 })).toThrow(/maxConnections/)
  const { server } = await start()
  await expect(server.start()).rejects.toThrow(TypeError)
})

test('S1 after a stop the server can be started again', async () => {
  const { server } = await start()
  await server.stop()
  const { url } = await server.start()
  await connected(client(url))
  expect(server.getStats().peers).toBe(1)
})

test('S1 stopping says 1001 and takes less than a second, whatever clients do', async () => {
  const { server, url } = await start()
  const { socket } = await member(url)
  const stuck = await member(url)
  stuck.socket.pause()
  const slow = await rawConnection(server)
  slow.write('GET /health HT')
  const close = closeOf(socket)
  const startedAt = performance.now()
  await server.stop()
  expect(performance.now() - startedAt).toBeLessThan(1000)
  expect(await close).toEqual({ code: 1001, reason: 'SHUTDOWN: the hub stops' })
})

test('S1 /health has counts and no names, and answers pages of any origin', async () => {
  const { url } = await start()
  const alice = await connected(client(url, 'secret network'))
  const response = await fetch(`${url.replace('ws', 'http')}/health?x=1`)
  expect(response.status).toBe(200)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const text = await response.text()
  const health = JSON.parse(text)
  expect(Object.keys(health).sort()).toEqual([
    'connections',
    'hubs',
    'isHub',
    'networks',
    'peers',
    'status',
    'timestamp',
    'uptime',
  ])
  expect(health).toMatchObject({ status: 'healthy', connections: 1, peers: 1, networks: 1 })
  expect(text).not.toContain(alice.self)
  expect(text).not.toContain('secret')
})

test('S1 preflights are answered, other methods and paths are not', async () => {
  const { url } = await start()
  const web = url.replace('ws', 'http')
  const preflight = await fetch(`${web}/health`, { method: 'OPTIONS' })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-methods')).toContain('GET')
  expect((await fetch(`${web}/health`, { method: 'POST' })).status).toBe(405)
  expect((await fetch(`${web}/nothing`)).status).toBe(404)
})

test('S1 a request handler answers the other paths, and its errors are 500s', async () => {
  const { url } = await start({
    requestHandler: async (request, response) => {
      if (request.url === '/broken') throw new Error('broken')
      response.end('a page')
    },
  })
  const web = url.replace('ws', 'http')
  expect(await (await fetch(`${web}/page`)).text()).toBe('a page')
  expect((await fetch(`${web}/broken`)).status).toBe(500)
  expect((await fetch(`${web}/health`)).status).toBe(200)
})

test('S2 a client of another protocol is told what this hub speaks', async () => {
  const { url, server } = await start()
  for (const protocols of [[], ['chat'], ['chat', 'pigeon.9']]) {
    const socket = new WebSocket(url, protocols)
    expect(await closeOf(socket)).toEqual({
      code: 4000,
      reason: `VERSION: this hub speaks ${SUBPROTOCOL}`,
    })
  }
  expect(server.getStats().connections).toBe(0)
})

test('S1 a stop right behind a start stops', async () => {
  const server = new HubServer({ port: 0 })
  const started = server.start()
  await server.stop()
  await started
  expect(server.address).toBeUndefined()
  await server.stop()
})
