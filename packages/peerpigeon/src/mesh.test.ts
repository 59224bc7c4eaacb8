import { afterEach, expect, test, vi } from 'vitest'
import { DebugLogger, PeerPigeonMesh, type PeerPigeonMeshOptions } from './index.ts'
import { PeerPigeonServer } from './server-node.ts'

const soon = { timeout: 10_000 }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function server(): Promise<string> {
  const made = new PeerPigeonServer({ port: 0, cleanupInterval: 60_000, peerTimeout: 300_000 })
  await made.start()
  closers.push(() => made.stop())
  return made.address?.url as string
}

async function mesh(url: string, options: PeerPigeonMeshOptions = {}): Promise<PeerPigeonMesh> {
  const made = new PeerPigeonMesh(options)
  closers.push(() => made.disconnect())
  await made.init()
  await made.connect(url)
  return made
}

async function pair(
  options: PeerPigeonMeshOptions = {},
): Promise<[PeerPigeonMesh, PeerPigeonMesh]> {
  const url = await server()
  const both = [await mesh(url, options), await mesh(url, options)] as const
  await vi.waitFor(() => {
    for (const one of both) expect(one.getConnectedPeerCount()).toBe(1)
  }, soon)
  return [...both]
}

function next<T>(on: (listener: (event: T) => void) => void): Promise<T> {
  return new Promise((resolve) => on(resolve))
}

test('M1 init makes an id of 40 hex characters, a given one is used, a malformed one says the way out', async () => {
  const made = new PeerPigeonMesh()
  expect(made.peerId).toBe(null)
  await made.init()
  expect(made.peerId).toMatch(/^[0-9a-f]{40}$/)
  const given = new PeerPigeonMesh({ peerId: 'ab'.repeat(20) })
  await given.init()
  expect(given.peerId).toBe('ab'.repeat(20))
  expect(() => new PeerPigeonMesh({ peerId: 'custom-peer-id' })).toThrow(
    /got "custom-peer-id".*peerIdFromName/,
  )
})

test('M8 M9 M10 broadcasts and direct messages arrive, with the fields that programs read', async () => {
  const [alice, bob] = await pair()
  const first = next<unknown>((listener) => bob.addEventListener('messageReceived', listener))
  const id = alice.sendMessage('Hello, mesh network!')
  expect(await first).toMatchObject({
    from: alice.peerId,
    content: 'Hello, mesh network!',
    direct: false,
    messageId: id,
    path: [alice.peerId],
  })
  const second = next<unknown>((listener) => bob.once('messageReceived', listener))
  const delivered = next<unknown>((listener) => alice.once('messageDelivered', listener))
  const directId = alice.sendDirectMessage(bob.peerId as string, { private: true })
  expect(await second).toMatchObject({
    content: { private: true },
    direct: true,
    messageId: directId,
  })
  expect(await delivered).toMatchObject({ messageId: directId, to: bob.peerId })
  expect(bob.gossipManager.seenMessages.size).toBeGreaterThan(0)
})

test('M8 of a view only the bytes it shows are sent', async () => {
  const [alice, bob] = await pair()
  const heard = next<{ content: unknown }>((listener) => bob.on('messageReceived', listener))
  alice.sendBinaryData(bob.peerId as string, new Uint8Array(100).fill(7).subarray(90))
  expect((await heard).content).toEqual(new Uint8Array(10).fill(7))
})

test('M11 M12 status and peers have the fields of the documents', async () => {
  const [alice, bob] = await pair()
  expect(alice.getStatus()).toEqual({
    peerId: alice.peerId,
    connected: true,
    connectedCount: 1,
    discoveredCount: 1,
    maxPeers: 3,
    minPeers: 2,
    autoDiscovery: true,
    autoConnect: true,
    evictionStrategy: true,
    xorRouting: true,
    connectionType: 'websocket',
    networkName: 'global',
    signalingUrl: expect.stringContaining('ws://'),
    uptime: expect.any(Number),
  })
  expect(alice.getPeers()).toEqual([bob.peerId])
  expect(alice.getDiscoveredPeers()).toEqual([{ peerId: bob.peerId, isConnected: true }])
  expect(alice.hasPeer(bob.peerId as string)).toBe(true)
  expect(alice.canAcceptMorePeers()).toBe(true)
  expect(alice.debugConnectivity().links).toEqual([bob.peerId])
  expect(Object.keys(alice.getConnectionAttempts())).toEqual([bob.peerId])
  expect(alice.environmentReport.runtime).toBe('node')
  expect(alice.hasWebRTCSupport() && alice.hasWebSocketSupport()).toBe(true)
  const gone = next<{ reason: string }>((listener) => bob.on('peerDisconnected', listener))
  await alice.disconnectPeer(bob.peerId as string, 'test')
  expect(await gone).toMatchObject({ peerId: alice.peerId, reason: expect.any(String) })
})

test('M13 settings are checked, before and after connect, and said', async () => {
  const heard: string[] = []
  const one = new PeerPigeonMesh()
  one.on('statusChanged', ({ type, message }) => heard.push(`${type}: ${message}`))
  one.setMaxPeers(10)
  one.setMaxPeers(1)
  expect(one.getStatus()).toMatchObject({ maxPeers: 1, minPeers: 1 })
  expect(heard).toContain('setting: maxPeers is 10')
  expect(() => one.setMaxPeers(51)).toThrow(/maxPeers is a whole number from 1 to 50, got 51/)
  expect(() => one.setMinPeers(-1)).toThrow(/minPeers/)
  expect(() => one.setConnectionType('http')).toThrow(/'websocket'/)
  one.setConnectionType('websocket')
  one.setXorRouting(false)
  one.setEvictionStrategy(false)
  one.setAutoDiscovery(false)
  expect(one.getStatus()).toMatchObject({ xorRouting: false, evictionStrategy: false })
})

test('M2 after disconnect the same peer may come back', async () => {
  const url = await server()
  const one = await mesh(url)
  const { peerId } = one
  await one.disconnect()
  expect(one.getStatus()).toMatchObject({ connected: false, connectedCount: 0, uptime: 0 })
  await one.connect(url)
  expect(one.peerId).toBe(peerId)
  await expect(one.connect(url)).rejects.toThrow(/already connected/)
})

test('M16 what is sealed for a peer or a group is opened by them alone; signatures hold', async () => {
  const [alice, bob] = await pair({ enableCrypto: true })
  await alice.cryptoManager.init()
  const { publicKey } = await alice.crypto.generateKeyPair()
  const sealed = await alice.encryptMessage('test message', bob.peerId)
  expect(await bob.decryptMessage(JSON.parse(JSON.stringify(sealed)), alice.peerId as string)).toBe(
    'test message',
  )
  await expect(alice.decryptMessage(sealed)).rejects.toThrow(/cannot be opened/)
  await expect(bob.decryptMessage({ ...sealed, from: bob.peerId as never })).rejects.toThrow()
  const key = await alice.generateGroupKey('team')
  const forTeam = await alice.encryptMessage({ secret: 1 }, null, 'team')
  await expect(bob.decryptMessage(forTeam)).rejects.toThrow(/no key of group/)
  bob.addGroupKey('team', key)
  expect(await bob.decryptMessage(forTeam)).toEqual({ secret: 1 })
  const signature = await alice.signData({ a: 1 })
  expect(await bob.verifySignature(signature, { a: 1 }, publicKey)).toBe(true)
  expect(await bob.verifySignature(signature, { a: 2 }, publicKey)).toBe(false)
  const off = new PeerPigeonMesh({ enableCrypto: false })
  await expect(off.cryptoManager.init()).rejects.toThrow(/enableCrypto/)
})

test('M17 values of the table are put, read, changed and followed; switched off it says so', async () => {
  const [alice, bob] = await pair()
  await alice.dhtPut('user-settings', { theme: 'dark', language: 'en' })
  expect(await bob.dhtGet('user-settings')).toEqual({ theme: 'dark', language: 'en' })
  expect(await bob.dhtGet('nothing')).toBe(null)
  await bob.dhtSubscribe('shared-counter')
  const changed = next<unknown>((listener) => bob.on('dhtValueChanged', listener))
  await alice.dhtUpdate('shared-counter', 42)
  expect(await changed).toEqual({ key: 'shared-counter', newValue: 42 })
  await bob.dhtUnsubscribe('shared-counter')
  await alice.dhtDelete('user-settings')
  const url = alice.getStatus().signalingUrl as string
  const without = await mesh(url, { enableWebDHT: false })
  await expect(without.dhtPut('key', 1)).rejects.toThrow(/enableWebDHT/)
})

test('M18 storage keeps the promises of its documents', async () => {
  const [alice, bob] = await pair()
  const [hers, his] = [alice.distributedStorage, bob.distributedStorage]
  await his.enable()
  await hers.store('user:profile', { name: 'Alice' }, { isPublic: false })
  expect(await his.retrieve('user:profile')).toBe(null)
  await hers.grantAccess('user:profile', bob.peerId as string)
  await vi.waitFor(async () => {
    expect(await his.retrieve('user:profile')).toEqual({ name: 'Alice' })
  }, soon)
  const updated = next<unknown>((listener) => bob.on('storageDataUpdated', listener))
  await hers.update('user:profile', { name: 'Alice Smith' })
  expect(await updated).toMatchObject({ key: 'user:profile', version: expect.any(Number) })
  await hers.store('app:config', { version: '1.0.0' }, { isPublic: true, isImmutable: true })
  expect(await his.retrieve('app:config')).toEqual({ version: '1.0.0' })
  await expect(his.update('app:config', 1)).rejects.toMatchObject({ code: 'FROZEN' })
  await hers.store('doc:shared', { title: 'Shared' }, { isPublic: true, enableCRDT: true })
  expect(await hers.listKeys('doc:')).toMatchObject([{ key: 'doc:shared' }])
  expect(await hers.search('Alice Smith', 'value')).toHaveLength(1)
  await hers.delete('doc:shared')
  expect(await hers.retrieve('doc:shared')).toBe(null)
})

test('M19 nothing is logged until modules are enabled', async () => {
  const printed = vi.spyOn(console, 'info').mockImplementation(() => {})
  const quiet = await pair()
  expect(printed).not.toHaveBeenCalled()
  expect(quiet).toHaveLength(2)
  DebugLogger.enableModules(['ConnectionManager'])
  await pair()
  const modules = new Set(printed.mock.calls.map(([module]) => module))
  expect([...modules]).toEqual(['[ConnectionManager]'])
  DebugLogger.disableAll()
  printed.mockRestore()
})
