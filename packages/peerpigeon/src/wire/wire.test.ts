import { HubServer } from '@pigeon/hub/server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { PeerPigeonMesh, type PeerPigeonMeshOptions } from '../index.ts'
import { decodeWireFrame, type GossipFrame, WIRE_TTL } from './frames.ts'
import { WireGossip } from './gossip.ts'
import { Seen } from './seen.ts'

const soon = { timeout: 20_000 }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function hub(): Promise<{ server: HubServer; url: string }> {
  const server = new HubServer({ port: 0, auth: 'open', connectRate: 1e6, connectBurst: 1e6 })
  const { url } = await server.start()
  closers.push(() => server.stop())
  return { server, url }
}

async function join(url: string, options: PeerPigeonMeshOptions = {}): Promise<PeerPigeonMesh> {
  const mesh = new PeerPigeonMesh({ wire: 'peerpigeon-1', ...options })
  closers.push(() => mesh.disconnect())
  await mesh.connect(url)
  return mesh
}

function heard(mesh: PeerPigeonMesh): unknown[] {
  const contents: unknown[] = []
  mesh.on('messageReceived', ({ content, from, direct, verified }) =>
    contents.push({ content, from, direct, verified }),
  )
  return contents
}

describe("wire: 'peerpigeon-1'", () => {
  test('peers link, broadcast and write to each other, and nothing says that they are who they say', async () => {
    const { url } = await hub()
    const all = [await join(url), await join(url), await join(url)] as const
    const logs = all.map(heard)
    const isMeshed = () => all.every((mesh) => mesh.getConnectedPeerCount() === 2)
    await vi.waitFor(() => expect(isMeshed()).toBe(true), soon)
    const [alice, bob] = all
    const { peerId: from } = alice
    alice.sendMessage('to all')
    alice.sendDirectMessage(bob.peerId as string, { to: 'bob' })
    const broadcast = { content: 'to all', from, direct: false, verified: false }
    await vi.waitFor(() => {
      expect(logs[1]).toEqual([
        broadcast,
        { content: { to: 'bob' }, from, direct: true, verified: false },
      ])
      expect(logs[2]).toEqual([broadcast])
    }, soon)
    expect(alice.getStatus()).toMatchObject({ connected: true, maxPeers: 50, connectedCount: 2 })
    expect(alice.getDiscoveredPeers()).toHaveLength(2)
    const gone = new Promise((resolve) => bob.once('peerDisconnected', resolve))
    await alice.disconnect()
    expect(await gone).toMatchObject({ peerId: from })
  })

  test('what PeerPigeon cannot carry is refused by name, and what is not there says so', async () => {
    const { url } = await hub()
    const mesh = await join(url)
    expect(() => mesh.sendMessage({ not: 'text' })).toThrow(/broadcasts of text/)
    expect(() => mesh.sendMessage(' ')).toThrow(TypeError)
    expect(() => mesh.sendMessage('x'.repeat(200_000))).toThrow(RangeError)
    expect(() => mesh.sendDirectMessage('ab'.repeat(20), new Uint8Array(3))).toThrow(TypeError)
    expect(() => mesh.pigeon).toThrow(/wire/)
    await expect(mesh.dhtPut('key', 1)).rejects.toThrow(/wire/)
    await expect(mesh.distributedStorage.store('key', 1)).rejects.toThrow(/wire/)
    const failed = new Promise((resolve) => mesh.once('messageFailed', resolve))
    mesh.sendDirectMessage('ab'.repeat(20), 'nobody there')
    expect(await failed).toMatchObject({ code: 'NO_ROUTE' })
    expect(() => new PeerPigeonMesh({ wire: 'other' as never })).toThrow(/'peerpigeon-1'/)
  })

  test('it says that it is unauthenticated, and peers of this package without it are not met', async () => {
    const { url } = await hub()
    const said: string[] = []
    const mesh = new PeerPigeonMesh({ wire: 'peerpigeon-1' })
    mesh.on('statusChanged', ({ type, message }) => type === 'warning' && said.push(message))
    closers.push(() => mesh.disconnect())
    await mesh.connect(url)
    expect(said.join()).toMatch(/proves nobody's id/)
    const other = new PeerPigeonMesh()
    closers.push(() => other.disconnect())
    await other.connect(url)
    const third = await join(url)
    await vi.waitFor(() => expect(third.getPeers()).toEqual([mesh.peerId]), soon)
    expect(other.getDiscoveredPeers()).toEqual([])
  })

  test('links stay when the hub goes, and it is found again when it is back', async () => {
    const { server, url } = await hub()
    const [alice, bob] = [await join(url), await join(url)]
    await vi.waitFor(() => expect(bob.getConnectedPeerCount()).toBe(1), soon)
    const log = heard(bob)
    await server.stop()
    await vi.waitFor(() => expect(alice.getStatus().connected).toBe(false), soon)
    alice.sendMessage('still here')
    await vi.waitFor(() => expect(log).toHaveLength(1), soon)
    const again = new HubServer({ port: Number(new URL(url).port), auth: 'open' })
    await again.start()
    closers.push(() => again.stop())
    await vi.waitFor(() => expect(alice.getStatus().connected).toBe(true), soon)
  })

  test('a hub that is not there is an error, after which nothing goes on', async () => {
    const mesh = new PeerPigeonMesh({ wire: 'peerpigeon-1' })
    await expect(mesh.connect('ws://127.0.0.1:9')).rejects.toThrow(/127\.0\.0\.1/)
    expect(mesh.getStatus()).toMatchObject({ connected: false, connectedCount: 0 })
  })
})

describe('messages of the wire', () => {
  const frame: GossipFrame = {
    type: 'gossip',
    id: 'a'.repeat(32),
    subtype: 'chat',
    content: 'hello',
    from: 'aa'.repeat(20) as never,
    networkName: 'global',
    timestamp: 1,
    ttl: WIRE_TTL,
    path: ['aa'.repeat(20) as never],
  }

  test('are read as PeerPigeon writes them, whatever else is nothing', () => {
    expect(decodeWireFrame(JSON.stringify(frame))).toEqual(frame)
    const wrong = [
      { ...frame, id: '' },
      { ...frame, id: 'x'.repeat(65) },
      { ...frame, from: 'nobody' },
      { ...frame, to: 'nobody' },
      { ...frame, ttl: WIRE_TTL + 1 },
      { ...frame, ttl: 1.5 },
      { ...frame, timestamp: 'now' },
      { ...frame, content: undefined },
      { ...frame, subtype: 7 },
      { type: 7 },
      null,
      [],
      'text',
    ]
    for (const one of wrong) expect(decodeWireFrame(JSON.stringify(one))).toBeUndefined()
    expect(decodeWireFrame('{')).toBeUndefined()
    expect(
      decodeWireFrame(JSON.stringify({ ...frame, content: 'x'.repeat(300_000) })),
    ).toBeUndefined()
    expect(decodeWireFrame('{"type":"key_exchange"}')).toEqual({ type: 'other' })
    const path = Array.from({ length: 100 }, () => 'bb'.repeat(20))
    expect(decodeWireFrame(JSON.stringify({ ...frame, path }))).toMatchObject({
      path: path.slice(0, 40),
    })
  })

  test('are delivered once, handed to all but whom they came from, and not for ever', () => {
    const ids = ['11', '22', '33', '44'].map((byte) => byte.repeat(20)) as never[]
    const [self, one, two, three] = ids as [never, never, never, never]
    const received: GossipFrame[] = []
    const sent: [string, GossipFrame][] = []
    const clock = { now: () => 1000, after: () => () => {} }
    const gossip = new WireGossip({
      ...{ self, network: 'global', clock, random: { fill: (bytes) => bytes } },
      links: () => new Set([one, two]),
      send: (to, message) => sent.push([to, message]),
      receive: (message) => received.push(message),
    })
    gossip.take(one, { ...frame, from: three })
    gossip.take(two, { ...frame, from: three })
    expect(received).toHaveLength(1)
    expect(sent.map(([to]) => to)).toEqual([two])
    expect(sent[0]?.[1]).toMatchObject({ ttl: WIRE_TTL - 1, path: [...frame.path, self] })
    gossip.take(one, { ...frame, id: 'spent', ttl: 0 })
    gossip.take(one, { ...frame, id: 'other', networkName: 'other' })
    gossip.take(one, { ...frame, id: 'own', from: self })
    gossip.take(one, { ...frame, id: 'keys', subtype: 'key_exchange', to: self })
    const steering = { type: 'signaling-relay', signalingMessage: { type: 'goodbye' } }
    gossip.take(one, { ...frame, id: 'steer', subtype: 'dm', to: self, content: steering })
    expect([received.length, sent.length]).toEqual([1, 1])
    // Straight to its receiver where there is a link; else to all.
    gossip.take(one, { ...frame, id: 'near', subtype: 'dm', to: two })
    gossip.take(one, { ...frame, id: 'far', subtype: 'dm', to: three })
    gossip.direct(three, 'far as well')
    expect(sent.slice(1).map(([to, { id }]) => [to, id.slice(0, 4)])).toEqual([
      [two, 'near'],
      [two, 'far'],
      [one, '0000'],
      [two, '0000'],
    ])
    expect(received).toHaveLength(1)
  })

  test('are remembered up to a number, and for five minutes', () => {
    const seen = new Seen()
    for (let count = 0; count < 25_000; count++) seen.add(`${count}`, 0)
    expect(seen.size).toBe(20_000)
    expect(seen.add('24999', 1000)).toBe(false)
    expect(seen.add('0', 1000)).toBe(true)
    expect(seen.add('24999', 400_000)).toBe(true)
    expect(seen.size).toBeLessThan(3)
  })
})
