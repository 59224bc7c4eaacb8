import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  decodeHubMessage,
  encodeClientMessage,
  SignalingClient,
  SUBPROTOCOL,
} from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { afterEach } from 'vitest'
import { WebSocket } from 'ws'
import { HubServer, type HubServerOptions } from '../src/server.ts'

/** What to undo after each test, last first. */
export const cleanups: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

export async function start(
  options: HubServerOptions = {},
): Promise<{ server: HubServer; url: string }> {
  const server = new HubServer({
    port: 0,
    auth: 'open',
    connectRate: 1e6,
    connectBurst: 1e6,
    ...options,
  })
  const { url } = await server.start()
  cleanups.push(() => server.stop())
  return { server, url }
}

export function client(url: string, network = 'net'): SignalingClient {
  const made = new SignalingClient({
    urls: [url],
    self: randomPeerId(systemRandom),
    network,
    connect: connectWebSocket,
    clock: systemClock,
    random: systemRandom,
  })
  cleanups.push(() => made.close())
  return made
}

export async function connected(made: SignalingClient): Promise<SignalingClient> {
  const done = new Promise<void>((resolve) => made.on('connected', () => resolve()))
  made.start()
  await done
  return made
}

/** A bare member, to do what a SignalingClient would not. */
export async function member(url: string): Promise<{ socket: WebSocket; id: PeerId }> {
  const socket = new WebSocket(url, SUBPROTOCOL)
  cleanups.push(() => socket.terminate())
  const id = randomPeerId(systemRandom)
  await once(socket, 'open')
  socket.send(encodeClientMessage({ type: 'hello', versions: [2, 2], peerId: id, network: 'net' }))
  const [bytes] = (await once(socket, 'message')) as [Buffer]
  const decoded = decodeHubMessage(bytes)
  if (!decoded.ok || decoded.message.type !== 'welcome') throw new Error('no WELCOME')
  return { socket, id }
}

export async function rawConnection(server: HubServer): Promise<Socket> {
  const socket = connect(server.address?.port as number, '127.0.0.1')
  socket.on('error', () => {})
  cleanups.push(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

export async function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return { code, reason: reason.toString() }
}
