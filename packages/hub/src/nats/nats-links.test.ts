import { systemCrypto } from '@pigeon/identity/system'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { MemoryBus } from '../../test/memory-bus.ts'
import { HubTrust } from '../federation/trust.ts'
import { NatsLinks } from './nats-links.ts'

const SECRET = 'a secret for tests that is long enough'

/** Hubs on one bus. */
function cluster(count: number, secret: (index: number) => string = () => SECRET) {
  const clock = new ManualClock(1_000_000)
  const bus = new MemoryBus(clock)
  const hubs = Array.from({ length: count }, (_, index) => {
    const trust = new HubTrust({ secrets: [secret(index)] })
    const self = peerIdFromName(`hub ${index}`)
    const random = seededRandom(index)
    const end = bus.connect()
    const links = new NatsLinks({
      ...{ self, namespace: 'test', bus: end, trust, crypto: systemCrypto, clock, random },
    })
    const frames: string[] = []
    links.on('frame', (from, frame) => frames.push(`${from} ${new TextDecoder().decode(frame)}`))
    return { links, self, frames, end }
  })
  /** In steps, as time passes for real. */
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 50) clock.advance(Math.min(50, left))
  }
  return { clock, bus, hubs, pass }
}

type Cluster = ReturnType<typeof cluster>
const at = (hubs: Cluster['hubs'], index: number): Cluster['hubs'][0] =>
  hubs[index] as Cluster['hubs'][0]
const text = (word: string): Uint8Array => new TextEncoder().encode(word)

describe('hubs on a bus', () => {
  test('B4 hubs find each other and frames arrive in order', () => {
    const { hubs, pass } = cluster(3)
    pass(5000)
    for (const { links } of hubs) expect(links.neighbours.size).toBe(2)
    const [a, b] = [at(hubs, 0), at(hubs, 1)]
    for (const word of ['one', 'two', 'three'])
      expect(a.links.send(b.self, text(word))).toBe('sent')
    pass(100)
    expect(b.frames).toEqual(['one', 'two', 'three'].map((word) => `${a.self} ${word}`))
  })

  test('more than a dozen hubs keep to ring and buckets, and stay one network', () => {
    const { hubs, pass } = cluster(40)
    pass(25_000)
    const reached = new Set<PeerId>([at(hubs, 0).self])
    const queue = [at(hubs, 0)]
    for (const { links } of queue) {
      expect(links.neighbours.size).toBeLessThan(30)
      for (const id of links.neighbours) {
        if (reached.has(id)) continue
        reached.add(id)
        queue.push(hubs.find(({ self }) => self === id) as Cluster['hubs'][0])
      }
    }
    expect(reached.size).toBe(40)
  })

  test('a lost message ends the session, and a new one follows', () => {
    const { bus, hubs, pass } = cluster(2)
    pass(5000)
    const [a, b] = [at(hubs, 0), at(hubs, 1)]
    const downs: string[] = []
    b.links.on('down', (_, reason) => downs.push(reason))
    bus.loses = (_, bytes) => bytes[0] === 5
    a.links.send(b.self, text('lost'))
    pass(50)
    bus.loses = () => false
    a.links.send(b.self, text('after'))
    pass(50)
    expect(downs).toEqual(['failed'])
    expect(b.frames).toEqual([])
    pass(10_000)
    expect(a.links.send(b.self, text('again'))).toBe('sent')
    pass(100)
    expect(b.frames).toEqual([`${a.self} again`])
  })

  test('B4 without the bus sessions are down at once, and up within 5 s of its return', () => {
    const { bus, hubs, pass } = cluster(3)
    pass(5000)
    bus.setUp(false)
    for (const { links } of hubs) expect(links.neighbours.size).toBe(0)
    pass(30_000)
    bus.setUp(true)
    pass(5000)
    for (const { links } of hubs) expect(links.neighbours.size).toBe(2)
  })

  test('nothing leaves in the clear, and a stranger without the secret is nobody', () => {
    const { bus, hubs, pass } = cluster(3, (index) => (index === 2 ? `${SECRET} not` : SECRET))
    pass(10_000)
    const [a, b, c] = [at(hubs, 0), at(hubs, 1), at(hubs, 2)]
    expect(c.links.neighbours.size).toBe(0)
    expect([...a.links.neighbours]).toEqual([b.self])
    a.links.send(b.self, text('a word that nobody else should read'))
    pass(100)
    expect(b.frames).toHaveLength(1)
    const all = bus.heard.map(({ bytes }) => new TextDecoder().decode(bytes)).join()
    expect(all).not.toContain('nobody else')
  })

  test('whoever publishes in a hub’s name changes nothing: replays, forgeries, rubbish', () => {
    const { bus, hubs, pass } = cluster(2)
    pass(5000)
    const [a, b] = [at(hubs, 0), at(hubs, 1)]
    a.links.send(b.self, text('once'))
    pass(2000)
    const random = seededRandom(7)
    let downs = 0
    for (const { links } of hubs) links.on('down', () => downs++)
    for (const { subject, bytes } of [...bus.heard]) {
      bus.publish(subject, bytes)
      const bent = new Uint8Array(bytes)
      bent[bent.length - 1] = (bent[bent.length - 1] as number) ^ 1
      bus.publish(subject, bent)
      // A later number under the same name.
      if (bytes[0] === 5) {
        bent[36] = (bent[36] as number) + 5
        bus.publish(subject, bent)
      }
      bus.publish(subject, random.fill(new Uint8Array(60)))
    }
    pass(1000)
    expect(downs).toBe(0)
    expect(b.frames).toEqual([`${a.self} once`])
    a.links.send(b.self, text('still'))
    pass(100)
    expect(b.frames).toHaveLength(2)
    expect(b.links.rejected).toBeGreaterThan(10)
  })

  test('a flood is held back until it is acknowledged', () => {
    const { hubs, pass } = cluster(2)
    pass(5000)
    const [a, b] = [at(hubs, 0), at(hubs, 1)]
    let drains = 0
    a.links.on('drain', () => drains++)
    const frame = new Uint8Array(64 * 1024)
    let sent = 0
    while (a.links.send(b.self, frame) === 'sent') sent++
    expect(sent).toBe(16)
    pass(200)
    expect(drains).toBe(1)
    expect(a.links.send(b.self, frame)).toBe('sent')
  })
})
