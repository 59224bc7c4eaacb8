import { once } from 'node:events'
import { encodeRelay, SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { cleanups, closeOf, member, rawConnection, start } from '../../test/server-harness.ts'

test('S4 with corsOrigin only pages listed, the hub’s own, and programs may connect', async () => {
  const { url } = await start({ corsOrigin: ['https://example.org'] })
  const open = async (origin?: string): Promise<string> => {
    const socket = new WebSocket(url, SUBPROTOCOL, origin === undefined ? {} : { origin })
    cleanups.push(() => socket.terminate())
    return new Promise((resolve) => {
      socket.on('open', () => resolve('open'))
      socket.on('error', (error) => resolve(error.message))
    })
  }
  expect(await open('https://example.org')).toBe('open')
  expect(await open(url.replace('ws', 'http'))).toBe('open')
  expect(await open()).toBe('open')
  expect(await open('https://evil.example')).toContain('403')
  expect(await open('null')).toContain('403')
  const headers = { origin: 'https://evil.example' }
  const health = await fetch(`${url.replace('ws', 'http')}/health`, { headers })
  expect(health.headers.get('access-control-allow-origin')).toBeNull()
})

test('S4 text messages count as malformed, frames above the limit end the connection', async () => {
  const { url, server } = await start({ maxMessageSize: 64 * 1024 })
  const alice = await member(url)
  alice.socket.send('{"type":"announce"}')
  await vi.waitFor(() => expect(server.getStats().malformed).toBe(1))
  alice.socket.send(new Uint8Array(64 * 1024 + 1))
  expect((await closeOf(alice.socket)).code).toBe(1009)
})

test('S4 the connection after the last one is told that the hub is full', async () => {
  const { url } = await start({ maxConnections: 2 })
  await member(url)
  await member(url)
  const extra = new WebSocket(url, SUBPROTOCOL)
  expect(await closeOf(extra)).toMatchObject({ code: 1013 })
})

test('S4 one address cannot keep others out by being refused', async () => {
  const { url, server } = await start({ maxConnectionsPerAddress: 2, maxConnections: 3 })
  await member(url)
  await member(url)
  const flood = Array.from({ length: 60 }, () => {
    const socket = new WebSocket(url, SUBPROTOCOL)
    cleanups.push(() => socket.terminate())
    return new Promise<string>((resolve) => {
      socket.on('error', (error) => resolve(error.message))
      socket.on('close', (code) => resolve(`${code}`))
    })
  })
  const answers = new Set(await Promise.all(flood))
  for (const answer of answers) expect(answer).toMatch(/^1013$|503/)
  expect(server.getStats().connections).toBe(2)
})

test('S4 a connection that never finishes its request is cut', async () => {
  const { server } = await start({ handshakeTimeoutMs: 200 })
  const silent = await rawConnection(server)
  const slow = await rawConnection(server)
  slow.write('GET / HTTP/1.1\r\nHost: x\r\n')
  await Promise.all([silent, slow].map((socket) => once(socket.resume(), 'close')))
})

test('S4 a WebSocket that never says HELLO is closed', async () => {
  const { url } = await start({ handshakeTimeoutMs: 200 })
  const socket = new WebSocket(url, SUBPROTOCOL)
  expect(await closeOf(socket)).toMatchObject({ code: 4004 })
})

test('S4 a reader that stops reading is dropped, in bounded memory, and others go on', async () => {
  const { url, server } = await start({
    messageRate: 1e6,
    messageBurst: 1e6,
    byteRate: 1e9,
    byteBurst: 1e9,
  })
  const [alice, bob] = [await member(url), await member(url)]
  bob.socket.pause()
  const frame = encodeRelay(bob.id, new Uint8Array(60_000))
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let sentBytes = 0
  // 180 MB, were it all to pile up.
  while (sentBytes < 180e6 && server.getStats().closed.SLOW_READER === undefined) {
    alice.socket.send(frame)
    sentBytes += frame.length
    if (alice.socket.bufferedAmount > 256 * 1024) await new Promise((done) => setImmediate(done))
  }
  expect(server.getStats().closed.SLOW_READER).toBe(1)
  expect(sentBytes).toBeLessThan(60e6)
  expect(process.memoryUsage().rss - before).toBeLessThan(64e6)
  const carol = await member(url)
  const got = once(carol.socket, 'message')
  alice.socket.send(encodeRelay(carol.id, new Uint8Array(5)))
  await got
  await vi.waitFor(() => expect(server.getStats().connections).toBe(2), { timeout: 3000 })
})

test('S4 rubbish in place of a handshake does no harm', async () => {
  const { url, server } = await start()
  for (const text of [
    '\u0000\u0001\u0002\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ?\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
  ]) {
    const socket = await rawConnection(server)
    socket.write(text)
    await once(socket.resume(), 'close')
  }
  const cut = await rawConnection(server)
  cut.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n')
  cut.resetAndDestroy()
  await member(url)
})

test('S4 TCP connections of one address are bounded before anything is read', async () => {
  const { server } = await start({ maxConnectionsPerAddress: 1 })
  const sockets = await Promise.all(Array.from({ length: 80 }, () => rawConnection(server)))
  await vi.waitFor(() => {
    expect(sockets.filter((socket) => socket.destroyed || socket.readableEnded)).toHaveLength(15)
  })
})

test('S4 connections of an address that floods are cut unread, behind a proxy they are answered', async () => {
  const rates = { connectRate: 0.01, connectBurst: 3 }
  const answers = async (trustProxy: number): Promise<string[]> => {
    const { url } = await start({ ...rates, trustProxy })
    const all: string[] = []
    for (let count = 0; count < 9; count++) {
      const socket = new WebSocket(url, SUBPROTOCOL)
      cleanups.push(() => socket.terminate())
      const answer = await new Promise<string>((resolve) => {
        socket.on('open', () => resolve('open'))
        socket.on('error', (error) => resolve(error.message))
      })
      all.push(/open|429/.exec(answer)?.[0] ?? 'cut')
    }
    return all
  }
  const answered = ['open', 'open', 'open', '429', '429', '429', '429']
  expect(await answers(0)).toEqual([...answered, 'cut', 'cut'])
  expect(await answers(1)).toEqual([...answered, '429', '429'])
})

test('S4 a message in endless pieces ends the connection', async () => {
  const { url, server } = await start()
  const { socket } = await member(url)
  socket.on('error', () => {})
  const closed = closeOf(socket)
  for (let count = 0; count < 20_000; count++) socket.send(Uint8Array.of(3), { fin: false })
  expect((await closed).code).toBeGreaterThan(1000)
  await vi.waitFor(() => expect(server.getStats().connections).toBe(0))
})

test('M21 clients that come and go leave nothing behind', async () => {
  const { url, server } = await start()
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(Array.from({ length: 20 }, () => member(url)))
    const closed = Promise.all(clients.map(({ socket }) => closeOf(socket)))
    for (const [index, { socket }] of clients.entries()) {
      if (index % 2 === 0) socket.terminate()
      else socket.close()
    }
    await closed
  }
  await vi.waitFor(() => {
    expect(server.getStats()).toMatchObject({ connections: 0, peers: 0, networks: 0 })
  })
  expect(server.getPeers()).toEqual([])
})
