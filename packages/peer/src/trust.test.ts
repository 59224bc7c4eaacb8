import { HubServer } from '@pigeon/hub/server'
import { MemoryKeyStore, peerIdFromKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { LinkFactory, Refusal } from '@pigeon/transport'
import { MemoryNetwork } from '@pigeon/transport/memory'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Identity, type JoinOptions, joinMesh, PigeonMesh } from './index.ts'

const hub = new HubServer({ port: 0, auth: 'open' })
const meshes: PigeonMesh[] = []
let url: string
let links: MemoryNetwork
let network = 0

beforeAll(async () => {
  url = (await hub.start()).url
})

afterAll(() => hub.stop())

afterEach(async () => {
  await Promise.all(meshes.splice(0).map((mesh) => mesh.close()))
})

/** Peers of one new network. */
async function peers(...options: Partial<JoinOptions>[]): Promise<PigeonMesh[]> {
  network++
  links = new MemoryNetwork({ clock: systemClock, latencyMs: 1 })
  return Promise.all(options.map(join))
}

async function join(options: Partial<JoinOptions>): Promise<PigeonMesh> {
  const mesh = new PigeonMesh(`trust-${network}`, { hubs: [url], links, ...options })
  meshes.push(mesh)
  refusals.set(mesh, [])
  mesh.on('peerFailed', ({ refusal }) => {
    if (refusal !== undefined) refusals.get(mesh)?.push(refusal)
  })
  await mesh.connect()
  return mesh
}

const refusals = new Map<PigeonMesh, Refusal[]>()
const refused = (mesh: PigeonMesh) => refusals.get(mesh)?.[0]

/** The next message somebody gets. */
function next(mesh: PigeonMesh): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const off = mesh.on('messageReceived', (event) => {
      off()
      resolve({ ...event })
    })
  })
}

test('B2 a peer has fresh keys, and everyone sees that its id and what it writes are its own', async () => {
  const [a] = (await peers({})) as [PigeonMesh]
  const b = new PigeonMesh(`trust-${network}`, { hubs: [url], links })
  meshes.push(b)
  const connected = new Promise((resolve) => b.on('peerConnected', resolve))
  await b.connect()
  expect(await connected).toMatchObject({ peerId: a.peerId, verified: true })
  expect([a, b].map(({ identity }) => peerIdFromKey(identity.key))).toEqual([a.peerId, b.peerId])
  await a.whenPeers(1)
  const broadcast = next(a)
  b.sendMessage('to all')
  expect(await broadcast).toMatchObject({ from: b.peerId, verified: true, direct: false })
  const direct = next(a)
  b.sendDirectMessage(a.peerId, 'to you')
  expect(await direct).toMatchObject({ from: b.peerId, verified: true, direct: true })
  expect(a.isVerified(b.peerId)).toBe(true)
})

test('B2 before connect nothing is known of a peer, unless its identity was made before', async () => {
  const mesh = new PigeonMesh('early', { hubs: [url] })
  for (const early of [() => mesh.peerId, () => mesh.gossip, () => mesh.open('x/1')]) {
    expect(early).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED' }))
  }
  await mesh.close()
  await expect(mesh.connect()).rejects.toMatchObject({ code: 'CLOSED' })
  const world = { crypto: systemCrypto, random: systemRandom, clock: systemClock }
  const identity = await Identity.create(world)
  const ready = new PigeonMesh('early', { hubs: [url], links, identity })
  expect(ready.peerId).toBe(identity.id)
  await ready.close()
})

test('B2 a peer whose id is not of a key is refused, and both sides hear why', async () => {
  const [a, b] = (await peers({}, { identity: { unverified: true } })) as [PigeonMesh, PigeonMesh]
  await expect.poll(() => refused(a)).toEqual({ code: 'PROOF_WRONG_ID', by: 'self' })
  await expect.poll(() => refused(b)).toEqual({ code: 'PROOF_WRONG_ID', by: 'peer' })
  expect([a.peers.size, b.peers.size]).toEqual([0, 0])
})

test('B2 such peers link with each other and with whoever allows it, marked as what they are', async () => {
  const peerId = 'ab'.repeat(20)
  const [a, b, c] = (await peers(
    { allowUnverified: true },
    { peerId },
    { identity: { unverified: true } },
  )) as [PigeonMesh, PigeonMesh, PigeonMesh]
  expect(b.peerId).toBe(peerId)
  await Promise.all([a, b, c].map((mesh) => mesh.whenPeers(2)))
  expect([a.isVerified(b.peerId), a.isVerified(c.peerId), b.isVerified(a.peerId)]).toEqual([
    false,
    false,
    true,
  ])
  const broadcasts = [next(a), next(c)]
  b.sendMessage('hello')
  for (const heard of await Promise.all(broadcasts)) {
    expect(heard).toMatchObject({ from: peerId, verified: false })
  }
  const direct = next(b)
  c.sendDirectMessage(b.peerId, 'hello')
  expect(await direct).toMatchObject({ from: c.peerId, verified: false, content: 'hello' })
})

test('B2 a user who stays the same vouches for all instances, which have ids of their own', async () => {
  const identity = { store: new MemoryKeyStore() }
  const [a, b, c] = (await peers({ identity }, { identity }, {})) as [
    PigeonMesh,
    PigeonMesh,
    PigeonMesh,
  ]
  await Promise.all([a, b, c].map((mesh) => mesh.whenPeers(2)))
  expect(a.peerId).not.toBe(b.peerId)
  const users = await Promise.all([a, b, c].map((mesh) => c.cardOf(mesh.peerId)))
  expect(users.map((card) => card?.user?.id)).toEqual([
    a.identity.user?.id,
    a.identity.user?.id,
    undefined,
  ])
})

test('B2 joinMesh shares a mesh where identity and hook are the same, and no other', async () => {
  const identity = { store: new MemoryKeyStore() }
  const authorize = () => true
  const options = { hubs: [url], identity, authorize }
  const [one, same, other] = await Promise.all([
    joinMesh('sharing', options),
    joinMesh('sharing', { ...options }),
    joinMesh('sharing', { ...options, authorize: () => true }),
  ])
  meshes.push(one, same, other)
  expect([same === one, other === one]).toEqual([true, false])
})

test('B2 a peer that the hook turns down is not linked with', async () => {
  const [a, b] = (await peers({ authorize: () => false }, {})) as [PigeonMesh, PigeonMesh]
  await expect.poll(() => refused(a)).toEqual({ code: 'NOT_AUTHORIZED', by: 'self' })
  await expect.poll(() => refused(b)).toEqual({ code: 'NOT_AUTHORIZED', by: 'peer' })
  expect(a.peers.size).toBe(0)
})

test('B2 a banned peer loses its link and is not heard, until it is let in again', async () => {
  const [a, b, c] = (await peers({}, {}, {})) as [PigeonMesh, PigeonMesh, PigeonMesh]
  await Promise.all([a, b, c].map((mesh) => mesh.whenPeers(2)))
  const gone = new Promise((resolve) => b.on('peerDisconnected', resolve))
  await a.ban(b.peerId)
  expect(await gone).toMatchObject({ peerId: a.peerId, reason: 'rejected' })
  const heard: unknown[] = []
  a.on('messageReceived', ({ content }) => heard.push(content))
  b.sendMessage('by way of c')
  b.sendDirectMessage(a.peerId, 'by way of c')
  const last = next(a)
  await new Promise((resolve) => c.on('messageReceived', resolve))
  c.sendMessage('from c')
  await last
  expect(heard).toEqual(['from c'])
  a.unban(b.peerId)
  const again = next(a)
  b.sendMessage('back')
  expect(await again).toMatchObject({ from: b.peerId, content: 'back' })
})

test('M9 those who pass a direct message on cannot read it', async () => {
  // a and c meet through b alone.
  const ends = new Set<string>()
  const apart = { authorize: ({ id }: { id: string }) => !ends.has(id) }
  const seen: Uint8Array[] = []
  const tapped: LinkFactory = {
    maxFrameBytes: 256 * 1024,
    create(options) {
      const link = links.create(options)
      link.on('frame', (frame) => seen.push(frame))
      return link
    },
  }
  const identities = await Promise.all(
    [0, 1].map(() =>
      Identity.create({ crypto: systemCrypto, random: systemRandom, clock: systemClock }),
    ),
  )
  for (const { id } of identities) ends.add(id)
  const [a, c] = (await peers(
    { ...apart, identity: identities[0] as Identity },
    { ...apart, identity: identities[1] as Identity },
  )) as [PigeonMesh, PigeonMesh]
  const b = await join({ links: tapped })
  await Promise.all([a.whenPeers(1), c.whenPeers(1), b.whenPeers(2)])
  const holds = (text: string) => seen.some((frame) => Buffer.from(frame).includes(text))
  const direct = next(c)
  a.sendDirectMessage(c.peerId, 'a word in your ear')
  expect(await direct).toMatchObject({
    from: a.peerId,
    content: 'a word in your ear',
    hops: 2,
    verified: true,
  })
  const broadcast = next(c)
  a.sendMessage('a word to all')
  await broadcast
  expect([holds('a word to all'), holds('a word in your ear')]).toEqual([true, false])
})

test('B2 wrong options are refused by name', async () => {
  const wrong = (options: object) =>
    expect(joinMesh('wrong', { hubs: [url], links, ...options } as JoinOptions)).rejects
  await wrong({ identity: 'eternal' }).toThrow(/'ephemeral', \{ store \}/)
  await wrong({ identity: 'ephemeral', peerId: 'ab'.repeat(20) }).toThrow(TypeError)
  await wrong({ identity: { unverified: true, peerId: 'alice' } }).toThrow(/got "alice"/)
})

test.each([
  ['password', { password: 'correct horse' }, { password: 'hobby horse' }],
  ['secret', { secret: '00'.repeat(16) }, { secret: '01'.repeat(16) }],
])('in a network with a %s nobody else gets a link, and hears why', async (kind, right, wrong) => {
  const [a, b] = (await peers(right, right)) as [PigeonMesh, PigeonMesh]
  await Promise.all([a.whenPeers(1), b.whenPeers(1)])
  const c = await join(wrong)
  const code = `WRONG_${kind.toUpperCase()}`
  await expect.poll(() => refused(c)?.code, { timeout: 5000 }).toBe(code)
  await expect.poll(() => (refused(a) ?? refused(b))?.code).toBe(code)
  const heard = next(b)
  a.sendMessage('among us')
  expect(await heard).toMatchObject({ content: 'among us', verified: true })
  expect([a.peers.size, b.peers.size, c.peers.size]).toEqual([1, 1, 0])
})
