import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { systemRandom } from '@pigeon/transport/system'
import { WebRtcLinks } from '@pigeon/webrtc'
import { weriftEngine } from '@pigeon/webrtc/werift'
import { describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { cleanups, client, connected } from '../../../test/server-harness.ts'
import {
  FederatedHubServer,
  type FederatedHubServerOptions,
  HUB_SUBPROTOCOL,
  localHubSecret,
} from '../../federation.ts'

const SECRET = 'a secret for tests that is long enough'

async function hub(options: FederatedHubServerOptions = {}): Promise<FederatedHubServer> {
  const rates = { connectRate: 1e6, connectBurst: 1e6 }
  const server = new FederatedHubServer({
    ...{ port: 0, hubSecret: SECRET, bootstrapHubs: [], auth: 'open', ...rates },
    ...options,
  })
  await server.start()
  cleanups.push(() => server.stop())
  return server
}

const urlOf = (server: FederatedHubServer): string => server.address?.url as string

/** What is called the same thing within a while. */
async function soon(check: () => boolean, timeout = 10_000): Promise<void> {
  await vi.waitFor(() => expect(check()).toBe(true), { timeout, interval: 20 })
}

describe('hubs on ports', () => {
  test('H2 H3 H4 a hub dials another, says so, and shows it in its numbers', async () => {
    const first = await hub()
    const uri = urlOf(first)
    const second = new FederatedHubServer({ port: 0, hubSecret: SECRET, bootstrapHubs: [uri] })
    const heard: unknown[] = []
    second.on('bootstrapConnected', (event) => heard.push(['bootstrapConnected', event]))
    second.on('hubDiscovered', ({ peerId, via }) => heard.push(['hubDiscovered', peerId, via]))
    await second.start()
    cleanups.push(() => second.stop())
    await soon(() => heard.length === 2)
    expect(heard).toContainEqual(['bootstrapConnected', { uri }])
    expect(heard).toContainEqual(['hubDiscovered', first.hubPeerId, uri])
    expect(second.getStats()).toMatchObject({
      isHub: true,
      hubPeerId: second.hubPeerId,
      bootstrapHubs: { total: 1, connected: 1 },
    })
    expect(second.getHubStats().bootstrapHubs).toEqual([
      { uri, connected: true, lastAttempt: expect.any(Number), attemptNumber: 0 },
    ])
    expect(second.bootstrapConnections.get(uri)?.connected).toBe(true)
    const health = await (await fetch(`${uri.replace('ws', 'http')}/hubs`)).json()
    expect(health).toMatchObject({ totalHubs: 1, hubs: [{ peerId: second.hubPeerId, hops: 1 }] })
    const gone = new Promise((resolve) => second.on('bootstrapDisconnected', resolve))
    await first.stop()
    expect(await gone).toMatchObject({ uri, code: expect.any(Number), reason: expect.any(String) })
  })

  test('H1 hubs of one user on one machine need no secret, and say what they are', async () => {
    const open = { port: 0, hubSecret: undefined }
    const first = await hub(open)
    const second = await hub({
      ...{ ...open, autoConnect: false, bootstrapHubs: [urlOf(first)] },
      publicUrls: ['wss://hub.example.org', 'ws://hub.example.org:4000'],
    })
    const discovered = new Promise((resolve) => first.on('hubDiscovered', resolve))
    second.connectToBootstrapHubs()
    expect(await discovered).toMatchObject({
      peerId: second.hubPeerId,
      data: {
        isHub: true,
        host: 'hub.example.org',
        port: 443,
        capabilities: ['signaling', 'relay'],
      },
    })
    expect(second.hubPeerId).toMatch(/^[0-9a-f]{40}$/)
    expect(second.getStats()).toMatchObject({ isHub: true, hubPeerId: second.hubPeerId })
  })

  test('H7 clients of two hubs meet over real sockets', async () => {
    const first = await hub()
    const second = await hub({ bootstrapHubs: [urlOf(first)] })
    await soon(() => second.getHubStats().totalHubs === 1)
    const alice = await connected(client(urlOf(first)))
    const bob = client(urlOf(second))
    const met = new Promise((resolve) => bob.on('peers', resolve))
    await connected(bob)
    expect(await met).toEqual([alice.self])
    const heard = new Promise((resolve) =>
      alice.on('relay', (from, { length }) => resolve([from, length])),
    )
    bob.send(alice.self, new Uint8Array(2000))
    expect(await heard).toEqual([bob.self, 2000])
  })

  test('H10 a hub with a trusted key needs no secret; one without is told what to set', async () => {
    const keys = await Promise.all([1, 2, 3].map(() => Keys.generate(systemCrypto, systemRandom)))
    const [a, b, c] = keys.map((each) => ({
      publicKey: each.key,
      sign: (bytes: Uint8Array) => each.sign(bytes),
    }))
    const trustedHubs = keys.slice(0, 2).map(({ id }) => id)
    const byKey = (hubKey: typeof a, bootstrapHubs: string[] = []) =>
      hub({ hubSecret: undefined, hubKey, trustedHubs, bootstrapHubs })
    const first = await byKey(a)
    const second = await byKey(b, [urlOf(first)])
    await soon(() => second.getHubStats().totalHubs === 1)
    const third = new FederatedHubServer({
      ...{ port: 0, hubKey: c, trustedHubs, bootstrapHubs: [urlOf(first)] },
    })
    const refused = new Promise<{ reason: string }>((resolve) => third.on('hubRefused', resolve))
    await third.start()
    cleanups.push(() => third.stop())
    expect((await refused).reason).toContain('HUB_SECRET')
    expect(first.getHubStats().totalHubs).toBe(1)
  })

  test('F16 without a proof no frame is taken, and a greeting that is replayed proves nothing', async () => {
    const first = await hub()
    const second = await hub()
    // What a hub says to another is heard by somebody in between.
    const said: Buffer[] = []
    const relay = await hub({ hubSecret: 'some other secret that is long enough' })
    const spy = new WebSocket(urlOf(first), HUB_SUBPROTOCOL)
    cleanups.push(() => spy.terminate())
    spy.on('message', (data: Buffer) => said.push(data))
    await new Promise((resolve) => spy.on('open', resolve))
    const greeting = Buffer.alloc(1 + 1 + 20 + 15 + 8 + 32 + 1 + 1 + 2, 1)
    spy.send(Buffer.concat([Buffer.of(1), greeting]))
    const closed = await new Promise<string>((resolve) =>
      spy.on('close', (_: number, reason: Buffer) => resolve(reason.toString())),
    )
    expect(closed).toMatch(/MALFORMED|UNTRUSTED|NAMESPACE/)
    expect(first.getHubStats().totalHubs).toBe(0)
    expect([second, relay].map((each) => each.getHubStats().totalHubs)).toEqual([0, 0])
    // Alive all the same.
    second.connectToHub(urlOf(first))
    await soon(() => first.getHubStats().totalHubs === 1)
  })

  test('a hub that listens on all networks is reached where others see it', async () => {
    const first = await hub()
    const second = await hub({ host: '0.0.0.0', bootstrapHubs: [urlOf(first)] })
    const { port } = second.address as { port: number }
    await soon(() => first.getHubStats().hubs[0]?.url === `ws://127.0.0.1:${port}`)
  })

  test('the secret of one user on one machine is made once, for that user alone', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pigeon-test-'))
    cleanups.push(() => rmSync(directory, { recursive: true }))
    const file = join(directory, 'state', 'hub-secret')
    const secret = localHubSecret(file)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(localHubSecret(file)).toBe(secret)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('wrong options are refused by name', () => {
    expect(() => new FederatedHubServer({ hubSecret: 'short' })).toThrow(/32 characters/)
    expect(() => new FederatedHubServer({ hubPeerId: 'x' as never })).toThrow()
    const server = new FederatedHubServer({ isHub: false })
    expect(() => server.connectToHub('ws://localhost:3000')).toThrow(TypeError)
    expect(server.generatePeerId()).toMatch(/^[0-9a-f]{40}$/)
    server.setHubMeshNamespace('mine')
    expect(server.getHubMeshNamespace()).toBe('mine')
  })
})

describe('hubs over werift', () => {
  test('H5 H6 three hubs link peer-to-peer, migrate, and clients still meet', async () => {
    const links: FederatedHubServerOptions['hubLinks'] = ({ clock, random }) =>
      new WebRtcLinks({
        ...{ engine: weriftEngine(), clock, random, iceServers: [], maxFrameBytes: 1024 * 1024 },
        ...{ heartbeatMs: 500, suspectMs: 1500, silenceTimeoutMs: 4000 },
      })
    const settings = { hubLinks: links, meshMigrationDelay: 1000 }
    const first = await hub(settings)
    const bootstrapHubs = [urlOf(first)]
    const others = [
      await hub({ ...settings, bootstrapHubs }),
      await hub({ ...settings, bootstrapHubs }),
    ]
    const all = [first, ...others]
    await soon(() => all.every((each) => each.getHubStats().migrated), 40_000)
    expect(all.map((each) => each.getHubStats().socketConnections)).toEqual([0, 0, 0])
    const members = await Promise.all(all.map((each) => connected(client(urlOf(each)))))
    const [alice, bob] = [members[1], members[2]] as [(typeof members)[0], (typeof members)[0]]
    const heard = new Promise((resolve) =>
      bob.on('relay', (from, { length }) => resolve([from, length])),
    )
    await vi.waitFor(() => expect(alice.send(bob.self, new Uint8Array(2000))).toBe('sent'))
    expect(await heard).toEqual([alice.self, 2000])
  }, 60_000)
})
