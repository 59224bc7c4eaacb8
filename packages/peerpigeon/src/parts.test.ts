import { afterEach, expect, test, vi } from 'vitest'
import { PeerConnection, PeerPigeonServer, SignalingClient } from './index.ts'
import { PeerPigeonServer as InPages } from './server-browser.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

test('S1 the server has the defaults and events of the documents', async () => {
  const server = new PeerPigeonServer({ port: 0 })
  const events: unknown[] = []
  server.on('peerConnected', (event) => events.push(event))
  await server.start()
  closers.push(() => server.stop())
  const client = new SignalingClient('ab'.repeat(20))
  closers.push(() => client.disconnect())
  await client.connect(server.address?.url as string)
  expect(client.isConnected()).toBe(true)
  expect(events).toMatchObject([{ peerId: client.peerId, totalConnections: 1 }])
  expect(server.getPeers()).toMatchObject([{ peerId: client.peerId }])
  expect(server.getStats()).toMatchObject({ peers: 1, isHub: false })
  expect(() => new InPages()).toThrow(/runs on Node only/)
})

test('two connections whose signals go through SignalingClients open and talk', async () => {
  const server = new PeerPigeonServer({ port: 0 })
  await server.start()
  closers.push(() => server.stop())
  const ids = ['aa', 'bb'].map((byte) => byte.repeat(20)) as [string, string]
  const clients = ids.map((id) => new SignalingClient(id))
  for (const client of clients) await client.connect(server.address?.url as string)
  const [alice, bob] = [new PeerConnection(ids[1], true), new PeerConnection(ids[0])]
  for (const [index, connection] of [alice, bob].entries()) {
    const client = clients[index] as SignalingClient
    closers.push(
      () => client.disconnect(),
      () => connection.close(),
    )
    const send = (type: string, data: unknown) =>
      client.sendSignalingMessage({ type, data, targetPeerId: connection.peerId })
    connection.on('iceCandidate', ({ candidate }) => {
      const { candidate: line, sdpMid, sdpMLineIndex } = candidate
      void send('ice-candidate', { candidate: line, sdpMid, sdpMLineIndex })
    })
    client.on('signalingMessage', async ({ type, data }) => {
      if (type === 'offer')
        await send('answer', toJson(await connection.handleOffer(data as never)))
      if (type === 'answer') await connection.handleAnswer(data as never)
      if (type === 'ice-candidate') await connection.handleIceCandidate(data as never)
    })
  }
  expect(alice.sendMessage('too early')).toBe(false)
  const open = new Promise((resolve) => bob.once('dataChannelOpen', resolve))
  const heard = new Promise((resolve) => bob.once('message', resolve))
  await clients[0]?.sendSignalingMessage({
    type: 'offer',
    data: toJson(await alice.createOffer()),
    targetPeerId: ids[1],
  })
  await open
  await vi.waitFor(() => expect(alice.sendMessage({ hello: 1 })).toBe(true), { timeout: 5000 })
  expect(await heard).toEqual({ peerId: ids[0], message: { hello: 1 } })
  expect(alice.getStatus()).toBe('connected')
})

function toJson({ type, sdp }: { type: string; sdp?: string }): object {
  return { type, sdp }
}
