import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

const ID_BYTES = 20

/** How a bare relay hands a message of `from` on. */
type Relay = (peers: ReadonlyMap<string, WebSocket>, from: string, data: Buffer) => void

/** The least that relays JSON: reads a message, says who it is from, writes it to its target. */
export function startBareRelay(): Promise<string> {
  return start((peers, from, data) => {
    const message = JSON.parse(data.toString())
    message.from = from
    peers.get(message.to)?.send(JSON.stringify(message))
  })
}

/** The least that relays at all: 20 bytes say the target, and become those of the sender. */
export function startSplicingRelay(): Promise<string> {
  return start((peers, from, data) => {
    const target = peers.get(data.toString('hex', 0, ID_BYTES))
    data.write(from, 'hex')
    target?.send(data)
  })
}

function start(relay: Relay): Promise<string> {
  const http = createServer()
  const server = new WebSocketServer({ server: http, clientTracking: false })
  const peers = new Map<string, WebSocket>()
  server.on('connection', (socket, request) => {
    const id = (request.url ?? '').split('id=')[1] ?? ''
    peers.set(id, socket)
    socket.on('message', (data: Buffer) => relay(peers, id, data))
    socket.on('close', () => peers.delete(id))
  })
  return new Promise((resolve) => {
    http.listen(0, '127.0.0.1', 4096, () => {
      resolve(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
    })
  })
}
