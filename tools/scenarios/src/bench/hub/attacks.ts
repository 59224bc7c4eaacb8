import { once } from 'node:events'
import { connect } from 'node:net'
import { encodeClientMessage, encodeRelay, SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { WebSocket } from 'ws'
import { idOf } from './systems.ts'

/** Where attackers come from: neighbours have addresses of their own. */
const ATTACKER = '127.0.0.9'

/** How long an attack lasts, ms. */
export const ATTACK_MS = 3000

/** One attack on a server. `victim` is a neighbour's id. */
export type Attack = (url: string, victim: string) => Promise<void>

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A connection that lives and dies as the server likes. */
async function open(url: string, protocol?: string): Promise<WebSocket> {
  const options = { localAddress: ATTACKER, perMessageDeflate: false }
  const socket = protocol ? new WebSocket(url, protocol, options) : new WebSocket(url, options)
  socket.on('error', () => {})
  // Refused is as good as closed.
  await Promise.race([once(socket, 'open'), once(socket, 'close')]).catch(() => {})
  return socket
}

let next = 900_000

async function modern(url: string, peerId = idOf(next++)): Promise<WebSocket> {
  const socket = await open(url, SUBPROTOCOL)
  const hello = { type: 'hello', versions: [2, 3], peerId, network: 'net' } as const
  if (socket.readyState === socket.OPEN) socket.send(encodeClientMessage(hello))
  return socket
}

async function legacy(url: string, peerId: string = idOf(next++)): Promise<WebSocket> {
  const socket = await open(`${url}/?peerId=${peerId}`)
  const announce = { type: 'announce', data: { peerId, isHub: true }, networkName: 'net' }
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(announce))
  return socket
}

/** Does something again and again, on new connections as old ones are closed. */
async function repeat(
  make: () => Promise<WebSocket>,
  act: (socket: WebSocket, turn: number) => void,
): Promise<void> {
  const end = performance.now() + ATTACK_MS
  let socket = await make()
  for (let turn = 0; performance.now() < end; turn++) {
    if (socket.readyState !== socket.OPEN) {
      await sleep(20)
      socket = await make()
    } else act(socket, turn)
    if (turn % 50 === 0) await sleep(5)
  }
  socket.terminate()
}

const HUGE = new Uint8Array(10 * 1024 * 1024)
const NESTED = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
const RUBBISH = [
  '{',
  'null',
  '[]',
  '17',
  '"x"',
  NESTED,
  '{"type":null}',
  '{"__proto__":{"polluted":1},"type":"announce"}',
  '{"type":"announce","data":{"__proto__":{"polluted":1},"constructor":{"prototype":{}}}}',
  '{"type":"offer","targetPeerId":{}}',
  `{"type":"announce","networkName":"${'x'.repeat(500)}"}`,
]

function random(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, () => Math.floor(Math.random() * 256))
}

/** By what is done. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'malformed, null, nested, polluting keys': (url) =>
    repeat(
      () => legacy(url),
      (socket, turn) => socket.send(RUBBISH[turn % RUBBISH.length] as string),
    ),
  'binary rubbish': (url) =>
    repeat(
      () => modern(url),
      (socket) => socket.send(random(1 + Math.floor(Math.random() * 500))),
    ),
  'messages above the limit': (url) =>
    repeat(
      () => modern(url),
      // One is enough for each connection: what is made here costs the attacker more.
      (socket) => {
        if (socket.bufferedAmount === 0) socket.send(HUGE)
      },
    ),
  'messages in endless pieces': (url) =>
    repeat(
      () => modern(url),
      (socket) => socket.send(Uint8Array.of(3), { fin: false }),
    ),
  async slowloris(url) {
    const { hostname: host, port } = new URL(url)
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect({ host, port: Number(port), localAddress: ATTACKER })
      socket.on('error', () => {})
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
      return socket
    })
    for (let at = 0; at < ATTACK_MS; at += 500) {
      for (const socket of sockets) if (socket.writable) socket.write('X-A: b\r\n')
      await sleep(500)
    }
    for (const socket of sockets) socket.destroy()
  },
  async '5,000 connections a second'(url) {
    const { hostname: host, port } = new URL(url)
    const end = performance.now() + ATTACK_MS
    while (performance.now() < end) {
      for (let count = 0; count < 50; count++) {
        const socket = connect({ host, port: Number(port), localAddress: ATTACKER })
        socket.on('error', () => {})
        socket.on('connect', () => {
          socket.write(
            'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: pigeon.2\r\n\r\n',
          )
          socket.resume()
        })
        setTimeout(() => socket.destroy(), 200)
      }
      await sleep(10)
    }
  },
  'a flood of 20,000 messages': (url, victim) =>
    repeat(
      () => modern(url),
      (socket) => {
        for (let count = 0; count < 130; count++) {
          socket.send(encodeRelay(victim as ReturnType<typeof idOf>, new Uint8Array(64)))
        }
      },
    ),
  'spoofed senders, fake hubs, fake peers': (url, victim) =>
    repeat(
      () => legacy(url),
      (socket, turn) => {
        const claim = { fromPeerId: victim, targetPeerId: victim, networkName: 'net' }
        const type = ['offer', 'goodbye', 'peer-discovered', 'peer-disconnected'][turn % 4]
        socket.send(JSON.stringify({ type, data: { peerId: victim, isHub: true }, ...claim }))
      },
    ),
  'announcements replayed': (url) =>
    repeat(
      () => legacy(url),
      (socket) => socket.send(JSON.stringify({ type: 'announce', data: {}, networkName: 'net' })),
    ),
  'ids squatted': (url, victim) =>
    repeat(
      () => modern(url, victim as ReturnType<typeof idOf>),
      () => {},
    ),
  'networks probed': (url) =>
    repeat(
      () => legacy(url),
      (socket, turn) =>
        socket.send(
          JSON.stringify({ type: 'offer', networkName: `n${turn}`, targetPeerId: idOf(turn) }),
        ),
    ),
  async '180 MB to one that never reads'(url) {
    const readerId = idOf(next++)
    const reader = await modern(url, readerId)
    reader.pause()
    const frame = encodeRelay(readerId, new Uint8Array(60_000))
    const end = performance.now() + ATTACK_MS
    const writers: WebSocket[] = []
    for (let sent = 0; sent < 180e6 && performance.now() < end; ) {
      const open_ = writers.filter((each) => each.readyState === each.OPEN)
      if (open_.length < 8) writers.push(await modern(url))
      for (const writer of open_) {
        writer.send(frame)
        sent += frame.length
      }
      await sleep(5)
    }
    for (const socket of [...writers, reader]) socket.terminate()
  },
}
