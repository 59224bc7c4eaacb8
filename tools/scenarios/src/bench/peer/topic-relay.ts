import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** A relay for Trystero: what is published in a topic goes to all others who asked for it. */
export async function startTopicRelay(): Promise<{ url: string; stop(): void }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const topics = new Map<string, Set<WebSocket>>()
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { topic, message } = JSON.parse(String(data)) as { topic: string; message?: unknown }
      const members = topics.get(topic) ?? new Set()
      topics.set(topic, members)
      if (message === undefined) members.add(socket)
      else for (const member of members) if (member !== socket) member.send(String(data))
    })
    socket.on('close', () => {
      for (const members of topics.values()) members.delete(socket)
    })
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `ws://127.0.0.1:${port}`,
    stop() {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}
