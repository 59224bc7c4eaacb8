import { Emitter, type Link, type LinkFactory } from '@pigeon/transport'
import { MemoryNetwork } from '@pigeon/transport/memory'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId, successors } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Mesh, type MeshOptions, type Signaling, type SignalingEvents } from './index.ts'

/** A hub in memory: tells everybody of everybody, and relays. */
class Hub {
  readonly clients = new Map<PeerId, Client>()
  readonly clock: ManualClock
  relayed = 0
  relayMs = () => 5
  tellMs = 0
  down = false

  constructor(clock: ManualClock) {
    this.clock = clock
  }

  join(client: Client): void {
    const peers = [...this.clients.keys()]
    this.clients.set(client.self, client)
    client.events.emit('connected', { url: 'memory:', peers })
    const tell = () => {
      for (const peer of peers) this.clients.get(peer)?.events.emit('peers', [client.self])
    }
    if (this.tellMs === 0) tell()
    else this.clock.after(this.tellMs, tell)
  }

  leave(client: Client): void {
    this.clients.delete(client.self)
    for (const other of this.clients.values()) other.events.emit('left', client.self)
  }
}

class Client implements Signaling {
  readonly self: PeerId
  readonly events = new Emitter<SignalingEvents>()
  readonly hub: Hub
  queries = 0

  constructor(self: PeerId, hub: Hub) {
    this.self = self
    this.hub = hub
  }

  on<E extends keyof SignalingEvents>(event: E, listener: SignalingEvents[E]) {
    return this.events.on(event, listener)
  }

  query(): void {
    this.queries++
  }

  send(to: PeerId, payload: Uint8Array) {
    if (this.hub.down || !this.hub.clients.has(this.self)) return 'gone' as const
    this.hub.relayed++
    this.hub.clock.after(this.hub.relayMs(), () => {
      const target = this.hub.clients.get(to)
      if (target !== undefined) target.events.emit('relay', this.self, payload)
      else this.events.emit('undeliverable', to, 'unknown')
    })
    return 'sent' as const
  }
}

function world(seed = 1, latencyMs = 10) {
  const clock = new ManualClock(1_000_000)
  const random = seededRandom(seed)
  const hub = new Hub(clock)
  const memory = new MemoryNetwork({ clock, latencyMs })
  const links: Link[] = []
  const factory: LinkFactory = {
    maxFrameBytes: memory.maxFrameBytes,
    create: (options) => {
      const link = memory.create(options)
      links.push(link)
      return link
    },
  }
  const peer = (options: Partial<MeshOptions> = {}) => {
    const self = options.self ?? randomPeerId(random)
    const client = new Client(self, hub)
    const mesh = new Mesh({ self, signaling: client, links: factory, clock, random, ...options })
    const log: string[] = []
    mesh.on('peerConnected', ({ initiator }) =>
      log.push(initiator ? 'connected out' : 'connected in'),
    )
    mesh.on('peerDisconnected', ({ reason }) => log.push(`disconnected ${reason}`))
    mesh.on('peerDiscovered', () => log.push('discovered'))
    return { self, mesh, client, log, join: () => hub.join(client) }
  }
  return { clock, hub, links, peer }
}

type Peer = ReturnType<ReturnType<typeof world>['peer']>

function components(peers: readonly Peer[]): number {
  const left = new Map(peers.map((peer) => [peer.self, peer]))
  let count = 0
  for (const start of peers) {
    if (!left.has(start.self)) continue
    count++
    const queue = [start]
    left.delete(start.self)
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const id of at.mesh.peers) {
        const next = left.get(id)
        left.delete(id)
        if (next) queue.push(next)
      }
    }
  }
  return count
}

const id = (digit: string) => digit.repeat(40) as PeerId

describe('linking', () => {
  test('two peers of a network link, and each knows who dialled', () => {
    const { clock, peer } = world()
    const [a, b] = [peer(), peer()]
    a.join()
    b.join()
    clock.advance(200)
    expect([...a.mesh.peers]).toEqual([b.self])
    expect([...b.mesh.peers]).toEqual([a.self])
    expect([a.log[0], b.log[0]]).toEqual(['discovered', 'discovered'])
    expect(a.log[1]).not.toBe(b.log[1])
  })

  test.each([1, 2, 3, 5, 8])(
    'a burst of 30 peers at %i links each becomes one network with a whole ring',
    (maxPeers) => {
      for (let seed = 1; seed <= 5; seed++) {
        const { clock, peer } = world(seed)
        const peers = Array.from({ length: 30 }, () => peer({ maxPeers }))
        for (const one of peers) one.join()
        clock.advance(45_000)
        expect(components(peers), `seed ${seed}`).toBe(1)
        const ids = peers.map(({ self }) => self)
        for (const { self, mesh } of peers) {
          expect(mesh.peers.size, `seed ${seed}`).toBeLessThanOrEqual(maxPeers + 2)
          if (maxPeers >= 3) {
            expect(mesh.peers.has(successors(self, ids, 1)[0] as PeerId), `seed ${seed}`).toBe(true)
          }
        }
      }
    },
  )

  test('peers that come at once need the hub for two links each at most, and link with all others', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { clock, hub, peer } = world(seed)
      const peers = Array.from({ length: 8 }, () => peer())
      for (const one of peers) one.join()
      clock.advance(5000)
      for (const { mesh } of peers) expect(mesh.peers.size, `seed ${seed}`).toBe(7)
      // A question, an offer and an answer.
      expect(hub.relayed, `seed ${seed}`).toBeLessThanOrEqual(3 * 2 * 8)
    }
  })

  test('peers with room that come within moments of each other all link, whatever gets lost meanwhile', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { clock, hub, peer } = world(seed, 1)
      const random = seededRandom(seed)
      const upTo = (ms: number) => ((random.fill(new Uint8Array(1))[0] as number) / 256) * ms
      hub.relayMs = () => upTo(4)
      hub.tellMs = 50
      const peers = Array.from({ length: 5 }, () => peer())
      for (const one of peers) {
        one.join()
        clock.advance(upTo(6))
      }
      clock.advance(5000)
      const links = peers.map(({ mesh }) => mesh.peers.size)
      expect(links, `seed ${seed}`).toEqual([4, 4, 4, 4, 4])
    }
  })

  test('M4 both dial at once: one link, no loss', () => {
    const { clock, peer, links } = world()
    const [a, b] = [peer(), peer()]
    a.join()
    b.client.hub.clients.set(b.self, b.client)
    a.mesh.connect(b.self)
    b.mesh.connect(a.self)
    clock.advance(1000)
    expect(a.log.concat(b.log).filter((line) => line.startsWith('connected')).length).toBe(2)
    expect(links.filter(({ state }) => state === 'open').length).toBe(2)
    expect(a.log.some((line) => line.startsWith('disconnected'))).toBe(false)
  })

  test('M7 a broken link is made again', () => {
    const { clock, peer, links } = world()
    const [a, b] = [peer(), peer()]
    a.join()
    b.join()
    clock.advance(200)
    void links[0]?.close('failed')
    clock.advance(100)
    expect(a.mesh.peers.size).toBe(0)
    clock.advance(4000)
    expect([...a.mesh.peers]).toEqual([b.self])
    expect(a.mesh.attempts(b.self)).toBe(0)
    expect(a.log).toEqual([
      'discovered',
      expect.any(String),
      'disconnected failed',
      expect.any(String),
    ])
  })

  test('a banned peer is let go of, and stays away until it is let in again', () => {
    const { clock, peer } = world()
    const [a, b, c] = [peer(), peer(), peer()]
    for (const one of [a, b, c]) one.join()
    clock.advance(1000)
    expect(a.mesh.peers.size).toBe(2)
    void a.mesh.ban(b.self)
    clock.advance(1000)
    expect(b.log).toContain('disconnected rejected')
    b.mesh.connect(a.self)
    a.mesh.connect(b.self)
    clock.advance(60_000)
    expect([...a.mesh.peers, ...b.mesh.peers]).toEqual([c.self, c.self])
    expect(a.mesh.discovered.has(b.self)).toBe(false)
    a.mesh.unban(b.self)
    a.mesh.connect(b.self)
    clock.advance(20_000)
    expect(a.mesh.peers.has(b.self)).toBe(true)
  })

  test('at its limit a peer refuses, and the refused one goes elsewhere', () => {
    const { clock, peer } = world()
    const full = peer({ self: id('0'), maxPeers: 1 })
    const near = [peer({ self: id('1'), maxPeers: 1 }), peer({ self: id('f'), maxPeers: 1 })]
    for (const one of [full, ...near]) one.join()
    clock.advance(1000)
    const outsider = peer({ self: id('8') })
    outsider.join()
    outsider.mesh.connect(full.self)
    clock.advance(1000)
    expect(full.mesh.peers.has(outsider.self)).toBe(false)
    expect(outsider.mesh.peers.size).toBeGreaterThan(0)
    expect(outsider.mesh.attempts(full.self)).toBeGreaterThan(0)
  })

  test('M2 links survive when the hub is gone, and newcomers are met when it is back', () => {
    const { clock, hub, peer } = world()
    const [a, b, c] = [peer(), peer(), peer()]
    a.join()
    b.join()
    clock.advance(500)
    hub.down = true
    for (const one of [a, b]) hub.clients.delete(one.self)
    a.mesh.connect(c.self)
    clock.advance(60_000)
    expect(a.mesh.peers.has(b.self)).toBe(true)
    hub.down = false
    for (const one of [a, b, c]) one.join()
    clock.advance(1000)
    expect(components([a, b, c])).toBe(1)
    expect(a.mesh.peers.has(c.self)).toBe(true)
  })

  test('a peer that starts anew under its id replaces its old link', () => {
    const { clock, peer, hub } = world()
    const [a, b] = [peer({ self: id('a') }), peer({ self: id('b') })]
    a.join()
    b.join()
    clock.advance(5000)
    // b's process vanishes without a word and comes back.
    const again = peer({ self: id('b') })
    hub.clients.delete(b.self)
    again.join()
    again.mesh.connect(a.self)
    clock.advance(1000)
    expect([...again.mesh.peers]).toEqual([a.self])
    expect([...a.mesh.peers]).toEqual([b.self])
    expect(a.log.filter((line) => line.startsWith('disconnected'))).toEqual([])
  })

  test('a peer that says goodbye is forgotten; one that is only gone from the hub is not', async () => {
    const { clock, peer, hub } = world()
    const [a, b, c] = [peer(), peer(), peer()]
    for (const one of [a, b, c]) one.join()
    clock.advance(500)
    hub.leave(c.client)
    expect(a.mesh.peers.has(c.self)).toBe(true)
    const closed = b.mesh.close()
    clock.advance(500)
    await closed
    expect(a.log).toContain('disconnected bye')
    expect(a.mesh.discovered.has(b.self)).toBe(false)
    expect(a.mesh.discovered.has(c.self)).toBe(true)
  })

  test('too few links: the hub is asked at 2, 4, 8 … 60 s, and every 65 s with enough', () => {
    const { clock, peer } = world()
    const a = peer()
    a.join()
    clock.advance(500)
    const asked: number[] = []
    for (let second = 0; second < 300; second++) {
      const before = a.client.queries
      clock.advance(1000)
      if (a.client.queries > before) asked.push(second)
    }
    expect(asked).toEqual([1, 5, 13, 29, 61, 121, 181, 241])
    const others = [peer(), peer(), peer()]
    for (const one of others) one.join()
    clock.advance(1000)
    const before = a.client.queries
    clock.advance(325_000)
    expect(a.client.queries).toBe(before + 5)
  })

  test('the mesh grows without a hub: peers are discovered and links made over links', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { clock, hub, peer } = world(seed)
      const peers = Array.from({ length: 20 }, () => peer({ maxPeers: 4 }))
      // Each meets one other through the hub, then the hub is gone for good.
      for (const one of peers) hub.clients.set(one.self, one.client)
      for (const [index, one] of peers.entries()) {
        const other = peers[index - 1]
        if (other !== undefined) one.mesh.connect(other.self)
      }
      clock.advance(100)
      hub.down = true
      const relayed = hub.relayed
      const links = () => peers.reduce((sum, { mesh }) => sum + mesh.peers.size, 0)
      clock.advance(60_000)
      expect(hub.relayed).toBe(relayed)
      expect(components(peers), `seed ${seed}`).toBe(1)
      expect(links(), `seed ${seed}`).toBeGreaterThan(3 * 20)
    }
  })

  test('M9 direct messages reach every peer of a sparse network', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { clock, peer } = world(seed)
      const peers = Array.from({ length: 40 }, () => peer({ maxPeers: 3 }))
      for (const one of peers) one.join()
      clock.advance(30_000)
      const results: boolean[] = []
      for (const from of peers.slice(0, 8)) {
        for (const to of peers) {
          if (from === to) continue
          const sent = from.mesh.router.send(to.self, 9, new Uint8Array(1), ({ ok }) =>
            results.push(ok),
          )
          expect(sent, `seed ${seed}`).toBe('sent')
        }
        clock.advance(11_000)
      }
      expect(results.filter((ok) => ok).length, `seed ${seed}`).toBe(8 * 39)
    }
  })

  test('a closed mesh leaves no timer', async () => {
    const { clock, peer } = world()
    const [a, b] = [peer(), peer()]
    a.join()
    b.join()
    clock.advance(500)
    const closed = Promise.all([a.mesh.close(), b.mesh.close()])
    clock.advance(1000)
    await closed
    expect(clock.pending).toBe(0)
  })
})

describe('limits', () => {
  test('M5 limits are checked', () => {
    const { peer } = world()
    expect(() => peer({ maxPeers: 0 })).toThrow('maxPeers is a whole number from 1 to 50, got 0')
    expect(() => peer({ maxPeers: 51 })).toThrow(RangeError)
    expect(() => peer({ maxPeers: 4, minPeers: 5 })).toThrow(
      'minPeers is a whole number from 0 to 4, got 5',
    )
    peer({ maxPeers: 1 })
  })

  test('contacts are bounded', () => {
    const { peer, clock } = world()
    const a = peer({ maxContacts: 20, maxPeers: 1 })
    const random = seededRandom(7)
    a.client.events.emit(
      'peers',
      Array.from({ length: 500 }, () => randomPeerId(random)),
    )
    expect(a.mesh.discovered.size).toBeLessThanOrEqual(20)
    clock.advance(10)
  })

  test('offers from many strangers open at most maxPeers + 2 links', () => {
    const { peer, links, clock } = world()
    const a = peer({ maxPeers: 3 })
    const random = seededRandom(3)
    a.join()
    for (let count = 0; count < 200; count++) {
      const offer = { type: 'offer', connection: `attack-${count}`, sdp: 'x' }
      const bytes = new TextEncoder().encode(`\u0001${JSON.stringify(offer)}`)
      a.client.events.emit('relay', randomPeerId(random), bytes)
    }
    clock.advance(100)
    expect(links.filter(({ state }) => state !== 'closed').length).toBeLessThanOrEqual(5)
  })

  test('any bytes from a hub harm nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 30 }), (payloads) => {
        const { peer, clock } = world()
        const [a, b] = [peer(), peer()]
        a.join()
        for (const payload of payloads) a.client.events.emit('relay', id('7'), payload)
        b.join()
        clock.advance(500)
        expect(a.mesh.peers.has(b.self)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
