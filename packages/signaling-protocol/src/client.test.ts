import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { randomPeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { decodeClientMessage, encodeHubMessage, SignalingClient } from './index.ts'
import { type MemorySocket, memoryConnector } from './memory.ts'

test('a client says HELLO and is connected by WELCOME', () => {
  const clock = new ManualClock()
  const random = seededRandom(1)
  const self = randomPeerId(random)
  const other = randomPeerId(random)
  const sockets: MemorySocket[] = []
  const connect = memoryConnector({
    clock,
    latencyMs: 5,
    accept: (socket) => {
      sockets.push(socket)
      socket.on('message', (bytes) => {
        const decoded = decodeClientMessage(bytes)
        if (!decoded.ok || decoded.message.type !== 'hello') return
        socket.send(
          encodeHubMessage({
            type: 'welcome',
            version: 2,
            session: decoded.message.session as string,
            peers: [other, self],
            heartbeatMs: 1000,
            limits: { maxMessageBytes: 65536 },
          }),
        )
      })
    },
  })
  const client = new SignalingClient({
    urls: ['ws://hub'],
    self,
    network: 'n',
    connect,
    clock,
    random,
  })
  const seen: unknown[] = []
  client.on('connected', (event) => seen.push(event))
  client.start()
  clock.advance(100)
  expect(seen).toEqual([{ url: 'ws://hub', peers: [other] }])
})
