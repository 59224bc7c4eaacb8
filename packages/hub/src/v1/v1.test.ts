import { once } from 'node:events'
import { encodeClientMessage, SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { systemRandom } from '@pigeon/transport/system'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { member, start } from '../../test/server-harness.ts'
import { V1Client } from '../../test/v1-client.ts'

const OFFER = { type: 'offer', sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n' }
const anyTime = expect.any(Number)
/** The smaller of two ids is told of the other a second later. */
const WAIT = 3000
const idFrom = (digit: string): PeerId => `${digit}${randomPeerId(systemRandom).slice(1)}` as PeerId

test('S2 a peer of PeerPigeon is connected, named and relayed with the fields its client reads', async () => {
  const { url, server } = await start()
  const alice = await new V1Client(`${url}/any/path`).join('net')
  const bob = await new V1Client(url).join('net')
  await vi.waitFor(() => expect(alice.discovered.length + bob.discovered.length).toBe(2), WAIT)
  expect(alice.received[0]).toEqual({
    type: 'connected',
    data: { peerId: alice.id },
    fromPeerId: 'system',
    timestamp: anyTime,
  })
  expect(alice.all('peer-discovered')).toEqual([
    {
      type: 'peer-discovered',
      data: { peerId: bob.id, isHub: false },
      networkName: 'net',
      fromPeerId: 'system',
      targetPeerId: alice.id,
      timestamp: anyTime,
    },
  ])
  expect(bob.discovered).toEqual([alice.id])
  for (const type of ['offer', 'answer', 'ice-candidate']) {
    alice.signal(type, { ...OFFER, type }, bob.id)
  }
  await alice.settle()
  await bob.settle()
  for (const type of ['offer', 'answer', 'ice-candidate']) {
    expect(bob.all(type)).toEqual([
      {
        type,
        data: { ...OFFER, type },
        maxPeers: 3,
        fromPeerId: alice.id,
        targetPeerId: bob.id,
        networkName: 'net',
        timestamp: anyTime,
      },
    ])
  }
  expect(server.getStats()).toMatchObject({ v1Peers: 2, peers: 2, networks: 1, relayed: 3 })
})

test('S4 by default they are served apart from peers that prove their ids, who may not be without', async () => {
  const { server, url } = await start({ auth: undefined })
  expect(server.getStats()).toMatchObject({ peers: 0 })
  await new V1Client(url).join('net')
  expect(server.getStats()).toMatchObject({ v1Peers: 1, peers: 1 })
  const keyless = new WebSocket(url, SUBPROTOCOL)
  await once(keyless, 'open')
  const hello = { type: 'hello', versions: [2, 3], network: 'net' } as const
  keyless.send(encodeClientMessage({ ...hello, peerId: randomPeerId(systemRandom) }))
  expect((await once(keyless, 'close'))[0]).toBe(4006)
})

test('S2 types that hubs do not hand on are answered by the error frame, connection-rejected above all', async () => {
  const { url } = await start()
  const [alice, bob] = [await new V1Client(url).join(), await new V1Client(url).join()]
  const types = ['connection-rejected', 'renegotiation-offer', 'cleanup-all', 'peer-discovered']
  for (const type of types) alice.signal(type, { reason: 'x' }, bob.id)
  await alice.settle()
  await bob.settle()
  const error = (type: string) =>
    `Signaling server does not route '${type}' messages. Use WebRTC data channels for peer-to-peer communication.`
  expect(alice.all('error')).toEqual(
    types.map((type) => ({ type: 'error', error: error(type), timestamp: anyTime })),
  )
  for (const type of types.slice(0, 3)) expect(bob.all(type)).toEqual([])
  await vi.waitFor(() => expect(bob.discovered).toEqual([alice.id]), WAIT)
})

test('S4 whoever a message says it is from, the id of its connection is stamped', async () => {
  const { url, server } = await start()
  const [alice, bob] = [await new V1Client(url).join(), await new V1Client(url).join()]
  const victim = 'f'.repeat(40)
  bob.socket.removeAllListeners('message')
  const arrived = once(bob.socket, 'message')
  alice.socket.send(
    ` {"fromPeerId":"${victim}","type":"offer","data":{"fromPeerId":"${victim}"},"targetPeerId":"${bob.id}","networkName":"other","fromPeerId":"${victim}"} \n`,
  )
  const offer = JSON.parse(String((await arrived)[0]))
  expect(offer).toMatchObject({ fromPeerId: alice.id, networkName: 'global' })
  expect(server.getStats().spoofed).toBe(1)
  alice.send({ type: 'goodbye', data: { peerId: bob.id }, fromPeerId: bob.id })
  await alice.settle()
  expect(server.getPeers().map(({ peerId }) => peerId)).toEqual([bob.id])
})

test('S3 networks are apart, also from those of later versions, and outsiders learn nothing', async () => {
  const { url, server } = await start()
  const { id: modern } = await member(url)
  const alice = await new V1Client(url).join('net')
  const eve = await new V1Client(url).join('other')
  for (const target of [alice.id, modern, 'e'.repeat(40) as PeerId]) {
    eve.network = 'net'
    eve.signal('offer', OFFER, target)
  }
  await eve.settle()
  alice.socket.close()
  await alice.closed
  await vi.waitFor(() => expect(server.getStats().peers).toBe(2))
  await eve.settle()
  expect(eve.received.map(({ type }) => type)).toEqual(['connected', 'pong', 'pong', 'pong'])
  expect(alice.received.map(({ type }) => type)).toEqual(['connected', 'pong'])
})

test('S2 an announcement cannot claim another id or a rank; what else it says is told', async () => {
  const { url } = await start()
  const alice = await new V1Client(url).join()
  const bob = new V1Client(url)
  await once(bob.socket, 'open')
  bob.announce('global', { peerId: alice.id, isHub: true, port: 3000, nick: 'bob' })
  await vi.waitFor(() => expect(alice.discovered).toHaveLength(1), WAIT)
  const data = alice.all('peer-discovered')[0]?.['data']
  expect(data).toEqual({ peerId: bob.id, isHub: false, port: 3000, nick: 'bob' })
  await vi.waitFor(() => expect(bob.all('error')).toHaveLength(1), WAIT)
  expect(JSON.stringify(bob.all('error'))).toContain('served as a client')
})

test('S2 refusals are close code 1008 with the reasons that clients know', async () => {
  const { url } = await start({ maxConnections: 2 })
  const bad = new V1Client(url, 'x' as PeerId)
  expect(await bad.closed).toEqual({ code: 1008, reason: 'Invalid peerId format' })
  const upper = new V1Client(url, 'A'.repeat(40) as PeerId)
  expect(await upper.closed).toEqual({ code: 1008, reason: 'Invalid peerId format' })
  const alice = await new V1Client(url).join()
  const twin = new V1Client(url, alice.id)
  expect(await twin.closed).toEqual({ code: 1008, reason: 'Peer already connected' })
  await new V1Client(url).join()
  const late = new V1Client(url)
  expect(await late.closed).toEqual({ code: 1008, reason: 'Maximum connections reached' })
})

test('S1 a stop says so in PeerPigeon’s words', async () => {
  const { url, server } = await start()
  const alice = await new V1Client(url).join()
  await server.stop()
  expect(await alice.closed).toEqual({ code: 1001, reason: 'Server shutting down' })
})

test('S2 a goodbye reaches the closest, and all who were told hear that the peer is gone', async () => {
  const { url, server } = await start()
  const seen: string[] = []
  server.on('peerGoodbye', ({ peerId }) => seen.push(`goodbye ${peerId}`))
  server.on('peerAnnounced', ({ peerId }) => seen.push(`announced ${peerId}`))
  const [alice, bob] = [await new V1Client(url).join(), await new V1Client(url).join()]
  const data = { peerId: alice.id, timestamp: 1, reason: 'peer_disconnect' }
  alice.send({ type: 'goodbye', data })
  await alice.settle()
  await bob.settle()
  expect(bob.all('goodbye')).toMatchObject([{ data, fromPeerId: alice.id, networkName: 'global' }])
  expect(bob.all('peer-disconnected')).toMatchObject([
    { data: { peerId: alice.id }, networkName: 'global', targetPeerId: bob.id },
  ])
  expect(seen).toEqual([`announced ${alice.id}`, `announced ${bob.id}`, `goodbye ${alice.id}`])
  alice.announce('global')
  await alice.settle()
  expect(server.getStats().peers).toBe(2)
})

test('S4 a connection that never announces itself, or said goodbye, does not stay', async () => {
  const { url } = await start({ handshakeTimeoutMs: 200 })
  const silent = new V1Client(url)
  const gone = await new V1Client(url).join()
  gone.send({ type: 'goodbye' })
  for (const client of [silent, gone]) expect((await client.closed).code).toBe(1008)
})

test('S4 a silent connection is pinged; one that does not answer makes room for its owner', async () => {
  const { url, server } = await start({ pingIntervalMs: 200, pingTimeoutMs: 200 })
  const alice = await new V1Client(url).join()
  await once(alice.socket, 'ping')
  await once(alice.socket, 'ping')
  expect(server.getStats().peers).toBe(1)
  alice.socket.pause()
  await vi.waitFor(() => expect(server.getStats().closed.HEARTBEAT_TIMEOUT).toBe(1), 3000)
  const again = await new V1Client(url, alice.id).join()
  expect(again.socket.readyState).toBe(again.socket.OPEN)
})

test('S4 malformed messages are strikes, too many messages are told and then end the connection', async () => {
  const { url, server } = await start({ messageRate: 1, messageBurst: 30, maxStrikes: 3 })
  const alice = await new V1Client(url).join()
  for (const text of ['{', 'null', '[]']) alice.socket.send(text)
  expect(await alice.closed).toMatchObject({ code: 1008 })
  const bob = await new V1Client(url).join()
  for (let count = 0; count < 100; count++) bob.send({ type: 'ping' })
  expect(await bob.closed).toMatchObject({ code: 1008 })
  expect(bob.all('error')[0]).toMatchObject({ error: 'Rate limit exceeded' })
  expect(server.getStats().closed).toMatchObject({ MALFORMED: 1, RATE_LIMITED: 1 })
})

test('S2 beyond fifty peers a join costs what it costs at any size, and names go both ways', async () => {
  const { url, server } = await start({ maxConnectionsPerAddress: 200 })
  const clients: V1Client[] = []
  for (let count = 0; count < 120; count++) clients.push(await new V1Client(url).join())
  // What is told later has been told by then, also to those who were not dialled.
  await new Promise((done) => setTimeout(done, 3500))
  const before = server.getStats().named
  const last = await new V1Client(url).join()
  const named = () => server.getStats().named - before
  await vi.waitFor(() => {
    expect(last.discovered.length).toBeGreaterThan(0)
    const hearers = clients.filter((each) => each.discovered.includes(last.id))
    expect(hearers.map((each) => each.id).sort()).toEqual([...last.discovered].sort())
  }, WAIT)
  expect(named()).toBeLessThanOrEqual(80)
})

test('S2 of two the one with the larger id is told at once, since it dials, the other a second later', async () => {
  const { url } = await start()
  const small = await new V1Client(url, idFrom('0')).join()
  const large = await new V1Client(url, idFrom('f')).join()
  expect(large.discovered).toEqual([small.id])
  expect(small.discovered).toEqual([])
  await vi.waitFor(() => expect(small.discovered).toEqual([large.id]), WAIT)
})

test('S2 who is not dialled within three seconds is told again to those who may dial it', async () => {
  const { url } = await start()
  const small = await new V1Client(url, idFrom('0')).join()
  const large = await new V1Client(url, idFrom('f')).join()
  await vi.waitFor(() => expect(large.discovered).toEqual([small.id, small.id]), 5000)
  expect(small.discovered).toEqual([large.id])
})
