import { peerIdFromKey, type SigningKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { hubProofBytes } from '@pigeon/signaling-protocol'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { type RawClient, World } from '../test/harness.ts'
import type { TokenGrant } from './auth.ts'
import { Hub } from './hub.ts'

const { verify } = systemCrypto
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const keyOf = (seed: number): SigningKey =>
  systemCrypto.signingKey(new Uint8Array(32).fill(seed)) as SigningKey
const versions: [number, number] = [2, 3]

/** A client that shows a key, up to the challenge. */
function show(world: World, key: SigningKey, fields: { token?: string; network?: string } = {}) {
  const client = world.dial()
  const peerId = peerIdFromKey(key.publicKey)
  client.id = peerId
  const { network = 'net', token } = fields
  client.send({ type: 'hello', versions, peerId, network, key: hex(key.publicKey), token })
  return { client, peerId, network }
}

async function prove(world: World, key: SigningKey, fields?: Parameters<typeof show>[2]) {
  const { client, peerId, network } = show(world, key, fields)
  const { nonce } = client.one('challenge')
  const audience = 'hub.example'
  const signature = hex(await key.sign(hubProofBytes({ peerId, network, audience, nonce })))
  client.send({ type: 'proof', audience, signature })
  await settled(world)
  return client
}

async function settled(world: World): Promise<void> {
  await new Promise((done) => setImmediate(done))
  world.settle()
}

function ended(client: RawClient): string {
  return `${client.one('error').code} ${client.closed?.code}`
}

test('S4 in mode proof a client joins by its signature, and by nothing else', async () => {
  const world = new World({ auth: 'proof', verify })
  const alice = await prove(world, keyOf(1))
  expect(alice.one('welcome').version).toBe(3)
  const keyless = world.join()
  world.settle()
  expect(ended(keyless)).toBe('AUTH_REQUIRED 4006')
  const old = world.dial().hello({ versions: [2, 2] })
  world.settle()
  expect(ended(old)).toBe('AUTH_REQUIRED 4006')
})

test('S4 another key’s id, another key’s signature, and a proof for another hub are refused', async () => {
  const world = new World({ auth: 'proof', verify })
  const foreign = world.dial()
  const key = hex(keyOf(1).publicKey)
  foreign.send({ type: 'hello', versions, peerId: peerIdFromName('x'), network: 'net', key })
  world.settle()
  expect(ended(foreign)).toBe('AUTH_FAILED 4007')
  const { client } = show(world, keyOf(2))
  client.send({ type: 'proof', audience: 'hub.example', signature: '00'.repeat(64) })
  await settled(world)
  expect(ended(client)).toBe('AUTH_FAILED 4007')
})

test('S4 a proof made for another hub is refused where the hub knows its own names', async () => {
  const world = new World({ auth: 'proof', verify })
  const own = { remoteAddress: '192.0.2.9', audiences: ['real.example'] }
  const client = world.dial('192.0.2.9', own)
  const key = keyOf(1)
  const peerId = peerIdFromKey(key.publicKey)
  client.send({ type: 'hello', versions, peerId, network: 'net', key: hex(key.publicKey) })
  const { nonce } = client.one('challenge')
  const facts = { peerId, network: 'net', audience: 'evil.example', nonce }
  const signature = hex(await key.sign(hubProofBytes(facts)))
  client.send({ type: 'proof', audience: facts.audience, signature })
  await settled(world)
  expect(client.one('error')).toMatchObject({
    code: 'AUTH_FAILED',
    message: 'the proof is for another hub',
  })
})

test('S4 a proof overheard is worth nothing on another connection, nor a second time', async () => {
  const world = new World({ auth: 'proof', verify })
  const { client, peerId } = show(world, keyOf(1))
  const facts = { peerId, network: 'net', audience: 'a', nonce: client.one('challenge').nonce }
  const signature = hex(await keyOf(1).sign(hubProofBytes(facts)))
  const { client: thief } = show(world, keyOf(1))
  thief.send({ type: 'proof', audience: 'a', signature })
  await settled(world)
  expect(ended(thief)).toBe('AUTH_FAILED 4007')
  client.send({ type: 'proof', audience: 'a', signature })
  await settled(world)
  client.send({ type: 'proof', audience: 'a', signature })
  expect(client.closed).toBeUndefined()
  expect(world.hub.getStats().malformed).toBe(1)
})

test('S4 the owner of a key takes its id back at once from whoever sits on it, and keeps it', async () => {
  const world = new World({ verify })
  const squatter = world.join('net', peerIdFromKey(keyOf(1).publicKey))
  const owner = await prove(world, keyOf(1))
  world.settle()
  expect(ended(squatter)).toBe('REPLACED 4001')
  const { session } = owner.one('welcome')
  const thief = world.join('net', owner.id as PeerId, session)
  world.settle()
  expect(ended(thief)).toBe('ID_TAKEN 4002')
  const again = await prove(world, keyOf(1))
  world.settle()
  expect(ended(owner)).toBe('REPLACED 4001')
  expect(again.closed).toBeUndefined()
})

const GRANTS: Record<string, TokenGrant> = {
  all: { networks: 'all' },
  net: { networks: ['net'] },
  alice: { networks: 'all', peerId: peerIdFromName('alice') },
  short: { networks: 'all', expiresAt: 1_000_000 + 60_000 },
}
const verifyToken = async (token: string): Promise<TokenGrant | undefined> => GRANTS[token]

test('S4 in mode token one joins by a token for this id and network, and others learn nothing', async () => {
  const world = new World({ auth: 'token', verifyToken })
  const join = async (token: string | undefined, network: string, name: string) => {
    const client = world.dial()
    const peerId = peerIdFromName(name)
    client.send({ type: 'hello', versions, peerId, network, token })
    await settled(world)
    return client
  }
  expect((await join('all', 'net', 'a')).one('welcome').peers).toEqual([])
  expect((await join('net', 'net', 'b')).one('welcome').peers).toHaveLength(1)
  expect((await join('alice', 'net', 'alice')).all('welcome')).toHaveLength(1)
  const refused = [
    await join('net', 'empty', 'c'),
    await join('net', 'other', 'c'),
    await join('alice', 'net', 'c'),
    await join('wrong', 'net', 'c'),
  ]
  for (const client of refused) expect(client.received).toEqual(refused[0]?.received)
  expect(ended(refused[0] as RawClient)).toBe('AUTH_FAILED 4007')
  expect(ended(await join(undefined, 'net', 'c'))).toBe('AUTH_REQUIRED 4006')
})

test('S4 when a token ends, so does the membership', async () => {
  const world = new World({ auth: 'token', verifyToken })
  const client = world.dial()
  const peerId = peerIdFromName('a')
  client.send({ type: 'hello', versions, peerId, network: 'net', token: 'short' })
  await settled(world)
  world.clock.advance(55_000)
  expect(client.closed).toBeUndefined()
  client.send({ type: 'ping' })
  world.clock.advance(10_000)
  expect(ended(client)).toBe('AUTH_EXPIRED 4008')
})

test('S4 mode proof+token wants both', async () => {
  const world = new World({ auth: 'proof+token', verify, verifyToken })
  expect((await prove(world, keyOf(1), { token: 'all' })).all('welcome')).toHaveLength(1)
  const { client } = show(world, keyOf(2))
  world.settle()
  expect(ended(client)).toBe('AUTH_REQUIRED 4006')
})

test('S4 a client that never answers its challenge is closed, and others go on meanwhile', async () => {
  const world = new World({ auth: 'proof', verify })
  const { client } = show(world, keyOf(1))
  expect((await prove(world, keyOf(2))).one('welcome').peers).toEqual([])
  world.clock.advance(7000)
  expect(ended(client)).toBe('HANDSHAKE_TIMEOUT 4004')
})

test('S4 a mode that lacks what it needs is refused by name', () => {
  const { clock, random } = new World()
  expect(() => new Hub({ clock, random, auth: 'proof' })).toThrow(/verify/)
  expect(() => new Hub({ clock, random, auth: 'token' })).toThrow(/verifyToken/)
  expect(() => new Hub({ clock, random, auth: 'none' as 'open' })).toThrow(/open, keyed/)
})

test('S4 networks and their members are bounded', () => {
  const world = new World({ maxNetworks: 2, maxPeersPerNetwork: 2 })
  world.join('a')
  world.join('a')
  const third = world.join('a')
  world.join('b')
  const other = world.join('c')
  world.settle()
  for (const client of [third, other]) expect(ended(client)).toBe('NETWORK_FULL 1013')
})
