import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type PeerId, peerIdFromName, randomPeerId } from '@pigeon/xor'
import { afterEach, expect, test, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { SignalingClient } from '../client.ts'
import { encodeClientMessage } from '../client-codec.ts'
import { CLOSE_ABNORMAL } from '../codes.ts'
import type { SocketConnector } from '../socket.ts'
import { connectWebSocket as connectBrowser } from '../websocket-browser.ts'
import {
  connectWebSocket as connectNode,
  connectV1WebSocket as connectV1Node,
} from '../websocket-node.ts'
import { decodeV1Frame, v1Connected, v1Disconnected, v1Discovered } from './frames.ts'
import { V1Stamp } from './stamp.ts'
import { withV1 } from './v1-socket.ts'

const cleanups: (() => void)[] = []

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** Answers as the server of npm `peerpigeon` 1.1.3 does, as far as our client sees. */
async function theirServer(): Promise<{ url: string; heard: string[] }> {
  const http = createServer()
  const server = new WebSocketServer({ server: http })
  const peers = new Map<PeerId, WebSocket>()
  const heard: string[] = []
  server.on('connection', (socket, request) => {
    const id = new URL(request.url ?? '', 'ws://x').searchParams.get('peerId') as PeerId | null
    if (id === null) {
      socket.close(1008, 'Invalid peerId format')
      return
    }
    const networkName = 'net'
    const send = (to: WebSocket, bytes: Uint8Array): void => to.send(Buffer.from(bytes).toString())
    send(socket, v1Connected(id, 1))
    socket.on('message', (data: Buffer) => {
      const frame = decodeV1Frame(data)
      heard.push(frame?.type ?? '?')
      if (frame?.type === 'announce') {
        for (const [other, there] of peers) {
          send(there, v1Discovered({ to: other, peerId: id, networkName }, 1))
          send(socket, v1Discovered({ to: id, peerId: other, networkName }, 1))
        }
        peers.set(id, socket)
      }
      const target = frame?.targetPeerId && peers.get(frame.targetPeerId)
      if (target) send(target, new V1Stamp(id, networkName).put(data, 'offer', 1))
    })
    socket.on('close', () => {
      peers.delete(id)
      for (const [to, there] of peers) {
        send(there, v1Disconnected({ to, peerId: id, networkName }, 1))
      }
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const client of server.clients) client.terminate()
    http.close()
  })
  return { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`, heard }
}

const helloOf = (peerId: PeerId): Uint8Array =>
  encodeClientMessage({ type: 'hello', versions: [2, 3], peerId, network: 'net' })

function makeClient(url: string, connect: typeof connectNode): SignalingClient {
  const self = randomPeerId(systemRandom)
  const world = { connect, clock: systemClock, random: systemRandom }
  const client = new SignalingClient({ urls: [url], self, network: 'net', ...world })
  cleanups.push(() => client.close())
  return client
}

test.each([
  ['ws', connectNode],
  ['the browser’s WebSocket', connectBrowser],
] as const)('S2 our clients meet and relay at a PeerPigeon server, over %s', async (_, connect) => {
  if (connect === connectBrowser) {
    const { WebSocket: Ws } = await import('ws')
    vi.stubGlobal('WebSocket', Ws)
    cleanups.push(() => vi.unstubAllGlobals())
  }
  const { url, heard } = await theirServer()
  const [alice, bob] = [makeClient(url, connect), makeClient(url, connect)]
  const seen: unknown[] = []
  alice.on('connected', ({ peers }) => seen.push(['connected', peers]))
  alice.on('peers', (peers) => seen.push(['peers', peers]))
  alice.on('relay', (from, payload) => seen.push(['relay', from, payload.length]))
  alice.on('left', (peer) => seen.push(['left', peer]))
  alice.start()
  await vi.waitFor(() => expect(alice.state).toBe('connected'), 3000)
  bob.start()
  await vi.waitFor(() => expect(bob.state).toBe('connected'), 3000)
  await vi.waitFor(() => expect(seen).toHaveLength(2))
  const payload = new Uint8Array(60_000).map((_, index) => index)
  expect(bob.send(alice.self, payload)).toBe('sent')
  expect(bob.send(peerIdFromName('nobody'), payload)).toBe('sent')
  await vi.waitFor(() => expect(seen).toHaveLength(3))
  alice.query()
  bob.close()
  await vi.waitFor(() => expect(seen).toHaveLength(5))
  expect(seen).toEqual([
    ['connected', []],
    ['peers', [bob.self]],
    ['relay', bob.self, 60_000],
    ['peers', [bob.self]],
    ['left', bob.self],
  ])
  expect(heard).toContain('goodbye')
})

test('what speaks version 1 is fetched for PeerPigeon servers only; where that fails the close says so', async () => {
  const { url, heard } = await theirServer()
  let attempts = 0
  const load = async () => {
    if (++attempts === 1) throw new TypeError('Failed to fetch dynamically imported module')
    return import('./v1-speech.ts')
  }
  const connect = withV1(connectV1Node, connectV1Node, load)
  const failed = new Promise<[number, string]>((resolve) => {
    const socket = connect(url, [])
    socket.on('open', () => socket.send(helloOf(randomPeerId(systemRandom))))
    socket.on('close', (code, reason) => resolve([code, reason]))
  })
  expect(await failed).toEqual([CLOSE_ABNORMAL, expect.stringContaining('did not load')])
  expect(heard).toEqual([])
  const client = makeClient(url, connect)
  client.start()
  await vi.waitFor(() => expect(client.state).toBe('connected'), 3000)
  expect(attempts).toBe(2)
})

test('a connection that is closed while the speech is on its way ends, and dials nobody', async () => {
  const { url } = await theirServer()
  let arrive: () => void = () => {}
  let asked: () => void = () => {}
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const load = async () => {
    asked()
    await new Promise<void>((resolve) => {
      arrive = resolve
    })
    return import('./v1-speech.ts')
  }
  const dialled: string[] = []
  const dial: SocketConnector = (address, protocols) => {
    dialled.push(address)
    return connectV1Node(address, protocols)
  }
  const socket = withV1(connectV1Node, dial, load)(url, [])
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  socket.on('open', () => socket.send(helloOf(randomPeerId(systemRandom))))
  await wasAsked
  socket.close(1000, 'enough')
  expect(await closed).toBe(1000)
  arrive()
  await new Promise((resolve) => setImmediate(resolve))
  expect(dialled).toEqual([])
})
