/**
 * What PeerPigeon's documents show of its API, statement by statement, with real hubs and peers.
 */

import { peerIdFromName } from '@pigeon/peer'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  DebugLogger,
  PeerPigeonMesh,
  type PeerPigeonMeshOptions,
  PeerPigeonServer,
} from './index.ts'

const soon = { timeout: 15_000 }
const closers: (() => unknown)[] = []
const said: string[] = []
/** The programs of the documents print; what they print is looked at here. */
const console = {
  log: (...what: unknown[]): void => void said.push(what.map(String).join(' ')),
  warn: (...what: unknown[]): void => void said.push(what.map(String).join(' ')),
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  said.length = 0
  DebugLogger.disableAll()
})

async function serve(): Promise<string> {
  const server = new PeerPigeonServer({ port: 0 })
  await server.start()
  closers.push(() => server.stop())
  return server.address?.url as string
}

async function join(url: string, options: PeerPigeonMeshOptions = {}): Promise<PeerPigeonMesh> {
  const mesh = new PeerPigeonMesh(options)
  closers.push(() => mesh.disconnect())
  await mesh.init()
  await mesh.connect(url)
  return mesh
}

/** The mesh of a snippet, and somebody to talk to. */
async function network(
  options: PeerPigeonMeshOptions = {},
): Promise<{ mesh: PeerPigeonMesh; other: PeerPigeonMesh; otherId: string; url: string }> {
  const url = await serve()
  const [mesh, other] = [await join(url, options), await join(url, options)]
  await vi.waitFor(() => {
    for (const one of [mesh, other]) expect(one.getConnectedPeerCount()).toBe(1)
  }, soon)
  return { mesh, other, otherId: other.peerId as string, url }
}

describe('quick start', () => {
  test('M1 basic setup, with an id of one’s own that is made of a name', async () => {
    const url = await serve()
    const options = { enableWebDHT: true, peerId: 'custom-peer-id' }
    expect(() => new PeerPigeonMesh(options)).toThrow(/"custom-peer-id".*peerIdFromName/)
    const mesh = new PeerPigeonMesh({ ...options, peerId: peerIdFromName('custom-peer-id') })
    closers.push(() => mesh.disconnect())
    await mesh.init()
    await mesh.connect(url)
    expect(mesh.getStatus()).toMatchObject({ connected: true, signalingUrl: url })
  })

  test('S1 programmatic server setup', async () => {
    const server = new PeerPigeonServer({
      port: 0, // 3000 in the documents
      host: 'localhost',
      maxConnections: 1000,
      cleanupInterval: 60000,
      peerTimeout: 300000,
    })
    await server.start()
    closers.push(() => server.stop())
    server.on('peerConnected', ({ peerId, totalConnections }) => {
      console.log(`Peer ${peerId} connected. Total: ${totalConnections}`)
    })
    server.on('peerDisconnected', ({ peerId, totalConnections }) => {
      console.log(`Peer ${peerId} disconnected. Total: ${totalConnections}`)
    })
    const mesh = await join(server.address?.url as string)
    const { peerId } = mesh
    await mesh.disconnect()
    await vi.waitFor(() => {
      expect(said).toEqual([
        `Peer ${peerId} connected. Total: 1`,
        `Peer ${peerId} disconnected. Total: 0`,
      ])
    }, soon)
    await server.stop()
  })

  test('M8 M9 sending messages', async () => {
    const { mesh, other, otherId } = await network()
    other.addEventListener('messageReceived', (data) => {
      console.log(`Message from ${data.from}: ${data.content}`)
      console.log(`Direct message: ${data.direct}`)
    })
    const messageId = mesh.sendMessage('Hello, mesh network!')
    const directMessageId = mesh.sendDirectMessage(otherId, 'Private message')
    expect(new Set([messageId, directMessageId]).size).toBe(2)
    expect(() => mesh.sendDirectMessage('target-peer-id', 'Private message')).toThrow(
      /"target-peer-id"/,
    )
    await vi.waitFor(() => {
      expect(said).toContain(`Message from ${mesh.peerId}: Hello, mesh network!`)
      expect(said).toContain(`Message from ${mesh.peerId}: Private message`)
      expect(said.filter((line) => line.startsWith('Direct')).sort()).toEqual([
        'Direct message: false',
        'Direct message: true',
      ])
    }, soon)
  })

  test('M19 debugging', () => {
    DebugLogger.enableModules(['GossipManager', 'ConnectionManager'])
    expect(DebugLogger.isEnabled('GossipManager')).toBe(true)
    expect(DebugLogger.isEnabled('PeerDiscovery')).toBe(false)
    DebugLogger.enableAll()
    expect(DebugLogger.isEnabled('PeerDiscovery')).toBe(true)
  })

  test('M17 the table', async () => {
    const { mesh, other } = await network()
    await mesh.dhtPut('user-settings', { theme: 'dark', language: 'en' })
    const settings = await other.dhtGet('user-settings')
    expect(settings).toEqual({ theme: 'dark', language: 'en' })
    await mesh.dhtSubscribe('shared-counter')
    mesh.addEventListener('dhtValueChanged', (data) => {
      console.log(`Key ${data.key} changed to:`, data.newValue)
    })
    await other.dhtUpdate('shared-counter', 42)
    await vi.waitFor(() => expect(said).toEqual(['Key shared-counter changed to: 42']), soon)
  })

  test('M18 storage', async () => {
    const url = await serve()
    const mesh = new PeerPigeonMesh({ enableCrypto: true, enableWebDHT: true })
    closers.push(() => mesh.disconnect())
    await mesh.cryptoManager.init()
    await mesh.connect(url)
    const otherPeer = await join(url)
    await vi.waitFor(() => expect(mesh.getConnectedPeerCount()).toBe(1), soon)
    const alice = { name: 'Alice', email: 'alice@example.com' }
    await mesh.distributedStorage.store('user:profile', alice, {
      isPublic: false,
      isImmutable: false,
    })
    await mesh.distributedStorage.store(
      'app:config',
      { version: '1.0.0', features: ['chat', 'files'] },
      { isPublic: true, isImmutable: true },
    )
    await mesh.distributedStorage.store(
      'doc:shared',
      { title: 'Shared Document', content: 'Initial content' },
      { isPublic: true, enableCRDT: true },
    )
    await mesh.distributedStorage.grantAccess('user:profile', otherPeer.peerId as string)
    const profile = await mesh.distributedStorage.retrieve('user:profile')
    expect(profile).toEqual(alice)
    await vi.waitFor(async () => {
      const there = otherPeer.distributedStorage
      expect(await there.retrieve('user:profile')).toEqual(alice)
      expect(await there.retrieve('app:config')).toMatchObject({ version: '1.0.0' })
      expect(await there.retrieve('doc:shared')).toMatchObject({ content: 'Initial content' })
    }, soon)
    otherPeer.addEventListener('storageDataUpdated', (event) => {
      console.log(`Data updated: ${event.key} (version ${event.version})`)
    })
    await mesh.distributedStorage.update('user:profile', {
      name: 'Alice Smith',
      email: 'alice.smith@example.com',
    })
    await vi.waitFor(() => expect(said.join()).toMatch(/Data updated: user:profile/), soon)
  })

  test('M15 media, where there is none: each call says so, and nothing else breaks', async () => {
    const { mesh } = await network()
    mesh.addEventListener('remoteStream', ({ peerId }) => console.log(peerId))
    await expect(mesh.startMedia({ video: true, audio: true })).rejects.toThrow()
    await expect(mesh.enumerateMediaDevices()).rejects.toThrow()
    expect([mesh.toggleVideo(), mesh.toggleAudio()]).toEqual([false, false])
    expect(mesh.getConnectedPeerCount()).toBe(1)
  })

  test('M10 M13 events and settings', async () => {
    const url = await serve()
    const mesh = new PeerPigeonMesh()
    closers.push(() => mesh.disconnect())
    mesh.addEventListener('connected', () => console.log('Connected to signaling server'))
    mesh.addEventListener('peerConnected', (data) => console.log(`Peer connected: ${data.peerId}`))
    mesh.addEventListener('peerDisconnected', (data) => {
      console.log(`Peer disconnected: ${data.peerId}, reason: ${data.reason}`)
    })
    mesh.addEventListener('statusChanged', (data) => {
      console.log(`Status: ${data.type} - ${data.message}`)
    })
    mesh.setMaxPeers(5)
    mesh.setMinPeers(2)
    mesh.setXorRouting(true)
    mesh.setEvictionStrategy(true)
    await mesh.init()
    await mesh.connect(url)
    const other = await join(url)
    const connected = `Peer connected: ${other.peerId}`
    await vi.waitFor(() => expect(said).toContain(connected), soon)
    expect(said).toContain('Connected to signaling server')
    expect(said.some((line) => line.startsWith('Status: setting'))).toBe(true)
    const status = mesh.getStatus()
    console.log('Connected peers:', status.connectedCount)
    console.log('Discovered peers:', status.discoveredCount)
    expect(said).toContain('Connected peers: 1')
    await other.disconnect()
    const gone = `Peer disconnected: ${other.peerId}, reason:`
    await vi.waitFor(() => expect(said.some((line) => line.startsWith(gone))).toBe(true), soon)
  })
})

describe('API reference', () => {
  test('M2 M11 M12 M13 core methods and status', async () => {
    const { mesh, otherId: peerId, url } = await network()
    expect(await mesh.init()).toBeUndefined() // again it does nothing
    mesh.setMaxPeers(10)
    mesh.setMinPeers(2)
    mesh.setAutoDiscovery(true)
    mesh.setEvictionStrategy(true)
    mesh.setXorRouting(true)
    mesh.setConnectionType('websocket')
    const status = mesh.getStatus()
    console.log(`Connected to ${status.connectedCount}/${status.maxPeers} peers`)
    expect(said).toEqual(['Connected to 1/10 peers'])
    expect(status).toMatchObject({
      peerId: mesh.peerId,
      connected: true,
      connectedCount: 1,
      discoveredCount: 1,
      maxPeers: 10,
      minPeers: 2,
      autoDiscovery: true,
      evictionStrategy: true,
      xorRouting: true,
      connectionType: 'websocket',
      signalingUrl: url,
      uptime: expect.any(Number),
    })
    const count = mesh.getConnectedPeerCount()
    const peers = mesh.getPeers()
    const discovered = mesh.getDiscoveredPeers()
    const canAccept = mesh.canAcceptMorePeers()
    const isConnected = mesh.hasPeer(peerId)
    expect({ count, peers, canAccept, isConnected }).toEqual({
      count: 1,
      peers: [peerId],
      canAccept: true,
      isConnected: true,
    })
    expect(discovered.map((peer) => peer.peerId)).toEqual([peerId])
    expect(JSON.stringify(discovered)).toContain(peerId)
    const without = new PeerPigeonMesh({ enableWebDHT: false })
    await expect(without.dhtGet('key')).rejects.toThrow()
    mesh.disconnect() // the documents do not wait
    await vi.waitFor(() => expect(mesh.getStatus().connected).toBe(false), soon)
  })

  test('M10 event handlers', async () => {
    const { mesh, other, otherId } = await network()
    mesh.addEventListener('peerConnected', (event) => {
      console.log(`Peer connected: ${event.peerId.substring(0, 8)}...`)
    })
    mesh.addEventListener('peerDisconnected', (event) => {
      console.log(`Peer disconnected: ${event.peerId.substring(0, 8)}... (${event.reason})`)
    })
    mesh.addEventListener('peerDiscovered', (event) => {
      console.log(`Peer discovered: ${event.peerId.substring(0, 8)}...`)
    })
    mesh.addEventListener('messageReceived', (event) => {
      console.log(`Message from ${event.from.substring(0, 8)}...: "${event.content}"`)
      console.log(`   Direct: ${event.direct}, Hops: ${event.hops || 0}`)
    })
    mesh.addEventListener('peerEvicted', (event) => {
      console.log(`Peer evicted: ${event.peerId.substring(0, 8)}... (${event.reason})`)
    })
    mesh.addEventListener('peersUpdated', () => {
      console.log(`Peer list updated - Connected: ${mesh.getConnectedPeerCount()}`)
    })
    other.sendMessage('one')
    await vi.waitFor(() => expect(said).toHaveLength(2), soon)
    expect(said).toEqual([
      `Message from ${otherId.substring(0, 8)}...: "one"`,
      '   Direct: false, Hops: 1',
    ])
    await other.disconnect()
    await vi.waitFor(() => expect(said).toContain('Peer list updated - Connected: 0'), soon)
  })

  test('M20 detection of capabilities', async () => {
    const mesh = new PeerPigeonMesh()
    await mesh.init()
    const status = mesh.getStatus()
    console.log('Connection type:', status.connectionType)
    console.log('WebRTC support:', mesh.hasWebRTCSupport())
    console.log('WebSocket support:', mesh.hasWebSocketSupport())
    console.log('Environment:', mesh.environmentReport.runtime)
    expect(said).toEqual([
      'Connection type: websocket',
      'WebRTC support: true',
      'WebSocket support: true',
      'Environment: node',
    ])
  })
})

describe('recipes', () => {
  test('M12 who sends too much is disconnected, and attempts are counted', async () => {
    const { mesh, other, otherId } = await network()
    let rate = 0
    mesh.addEventListener('messageReceived', (event) => {
      if (++rate > 3) mesh.disconnectPeer(event.from, 'rate limit exceeded')
    })
    const gone = new Promise((resolve) => other.once('peerDisconnected', resolve))
    for (let count = 0; count < 5; count++) other.sendMessage(`Load test message ${count}`)
    expect(await gone).toMatchObject({ peerId: mesh.peerId })
    console.log('Signaling connected:', mesh.getStatus().connected)
    console.log('Discovered peers:', mesh.getDiscoveredPeers().length)
    expect(said).toEqual(['Signaling connected: true', 'Discovered peers: 1'])
    expect(Object.keys(mesh.getConnectionAttempts())).toEqual([otherId])
    mesh.getDiscoveredPeers().forEach((peer) => {
      if (!mesh.hasPeer(peer.peerId)) mesh.connectToPeer(peer.peerId)
    })
    await vi.waitFor(() => expect(mesh.hasPeer(otherId)).toBe(true), { timeout: 30_000 })
  }, 40_000)

  test('M8 the state of the gossip', async () => {
    const { mesh, other } = await network()
    mesh.addEventListener('messageReceived', (event) => {
      console.log('Message path:', event.path)
      console.log('TTL remaining:', event.ttl)
      console.log('Seen messages:', mesh.gossipManager.seenMessages.size)
    })
    other.sendMessage('one')
    await vi.waitFor(() => expect(said).toHaveLength(3), soon)
    expect(said).toEqual([`Message path: ${other.peerId}`, expect.any(String), 'Seen messages: 1'])
  })

  test('M16 encryption', async () => {
    const { mesh, other, otherId: targetPeerId } = await network()
    await mesh.crypto.generateKeyPair()
    const encrypted = await mesh.encryptMessage('test message', targetPeerId)
    const decrypted = await other.decryptMessage(encrypted, mesh.peerId as string)
    console.log('Encryption test:', decrypted === 'test message')
    expect(said).toEqual(['Encryption test: true'])
  })
})
