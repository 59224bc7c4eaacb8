import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** The least that relays JSON: reads a message, says who it is from, writes it to its target. */
export function startBareRelay(): Promise<string> {
  const http = createServer()
  const server = new WebSocketServer({ server: http, clientTracking: false })
  const peers = new Map<string, WebSocket>()
  server.on('connection', (socket, request) => {
    const id = (request.url ?? '').split('id=')[1] ?? ''
    peers.set(id, socket)
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString())
      message.from = id
      peers.get(message.to)?.send(JSON.stringify(message))
    })
    socket.on('close', () => peers.delete(id))
  })
  return new Promise((resolve) => {
    http.listen(0, '127.0.0.1', 4096, () => {
      resolve(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
    })
  })
}
