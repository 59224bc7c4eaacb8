import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { MAX_MESSAGE_BYTES, SUBPROTOCOL } from './limits.ts'
import type { MessageSocket, SocketConnector } from './socket.ts'
import { connectWebSocket as connectBrowser } from './websocket-browser.ts'
import { connectWebSocket as connectNode } from './websocket-node.ts'

let server: WebSocketServer
let url: string

beforeEach(async () => {
  // The class of `ws` has the interface of the one in browsers.
  vi.stubGlobal('WebSocket', WebSocket)
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  vi.unstubAllGlobals()
  for (const socket of server.clients) socket.terminate()
  await new Promise((done) => server.close(done))
})

function event(socket: MessageSocket, name: 'open' | 'message' | 'close'): Promise<unknown[]> {
  return new Promise((resolve) => socket.on(name, (...args: unknown[]) => resolve(args)))
}

async function both(connect: SocketConnector): Promise<[MessageSocket, WebSocket]> {
  const accepted = once(server, 'connection')
  const socket = connect(url, [SUBPROTOCOL])
  await event(socket, 'open')
  return [socket, (await accepted)[0] as WebSocket]
}

describe.each([
  ['Node', connectNode],
  ['browsers', connectBrowser],
])('in %s', (_, connect) => {
  test('S2 messages go both ways, whole and as bytes', async () => {
    const [socket, other] = await both(connect)
    expect(other.protocol).toBe(SUBPROTOCOL)
    const there = once(other, 'message')
    socket.send(Uint8Array.of(1, 2, 3))
    expect(new Uint8Array((await there)[0] as Buffer)).toEqual(Uint8Array.of(1, 2, 3))
    const here = event(socket, 'message')
    other.send(Uint8Array.of(4, 5))
    const [bytes] = await here
    expect([...(bytes as Uint8Array)]).toEqual([4, 5])
    const text = event(socket, 'message')
    other.send('text')
    expect(((await text)[0] as Uint8Array).length).toBe(0)
    socket.close()
  })

  test('S2 the close code and reason of the hub arrive', async () => {
    const [socket, other] = await both(connect)
    const closed = event(socket, 'close')
    other.close(4002, 'ID_TAKEN: somebody')
    expect(await closed).toEqual([4002, 'ID_TAKEN: somebody'])
  })

  test('S2 close tells the hub, with a reason cut to what fits', async () => {
    const [socket, other] = await both(connect)
    const closed = once(other, 'close')
    socket.close(1000, 'ü'.repeat(100))
    socket.send(Uint8Array.of(1))
    const [code, reason] = (await closed) as [number, Buffer]
    expect(code).toBe(1000)
    expect(reason.toString()).toBe('ü'.repeat(61))
  })

  test('M21 close ends within a second or so, also if the hub does not answer', async () => {
    const [socket, other] = await both(connect)
    other.pause()
    const closed = event(socket, 'close')
    const startedAt = performance.now()
    socket.close()
    await closed
    expect(performance.now() - startedAt).toBeLessThan(1500)
  })

  test('M2 nobody there, or an address that is none, is a close, and no exception', async () => {
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address() as AddressInfo
    await new Promise((done) => free.close(done))
    for (const nowhere of [`ws://127.0.0.1:${port}`, 'http://127.0.0.1:99999', 'nonsense']) {
      const socket = connect(nowhere, [SUBPROTOCOL])
      socket.send(Uint8Array.of(1))
      expect((await event(socket, 'close'))[0]).toBe(1006)
    }
  })

  test('M2 closing before it is open is a close as well', async () => {
    const socket = connect(url, [SUBPROTOCOL])
    const closed = event(socket, 'close')
    socket.close()
    await closed
  })

  test('M2 a broken connection is a close', async () => {
    const [socket, other] = await both(connect)
    const closed = event(socket, 'close')
    other.terminate()
    expect((await closed)[0]).toBe(1006)
  })

  test('M2 a server that speaks no WebSocket is a close', async () => {
    const web: Server = createServer((raw) => raw.resume().end('HTTP/1.1 404 Not Found\r\n\r\n'))
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    const socket = connect(`ws://127.0.0.1:${(web.address() as AddressInfo).port}`, [SUBPROTOCOL])
    expect((await event(socket, 'close'))[0]).toBe(1006)
    await new Promise((done) => web.close(done))
  })
})

test('S4 in Node a message above 1 MiB ends the connection instead of filling the memory', async () => {
  const [socket, other] = await both(connectNode)
  const here = event(socket, 'message')
  other.send(new Uint8Array(MAX_MESSAGE_BYTES))
  expect(((await here)[0] as Uint8Array).length).toBe(MAX_MESSAGE_BYTES)
  const closed = event(socket, 'close')
  other.send(new Uint8Array(MAX_MESSAGE_BYTES + 1))
  await closed
})

test('S4 in Node bufferedBytes grows while nobody reads', async () => {
  const [socket, other] = await both(connectNode)
  other.pause()
  expect(socket.bufferedBytes).toBe(0)
  for (let count = 0; count < 20; count++) socket.send(new Uint8Array(1024 * 1024))
  expect(socket.bufferedBytes).toBeGreaterThan(5 * 1024 * 1024)
  socket.close()
  await event(socket, 'close')
})

test('M20 without WebSocket in a browser there is a close, and no exception', async () => {
  vi.stubGlobal('WebSocket', undefined)
  const [code, reason] = await event(connectBrowser(url, [SUBPROTOCOL]), 'close')
  expect(code).toBe(1006)
  expect(reason).toContain('WebSocket')
})
