import { describe, expect, test } from 'vitest'
import { HubWorld, type Member } from '../../test/hub-network.ts'
import { alternatives } from './alternatives.ts'
import type { KnownHub } from './known-hub.ts'
import { LoadSpreading } from './load-spreading.ts'

const known = (url: string, fields: Partial<KnownHub> = {}): KnownHub => ({
  ...{ hubPeerId: url as never, url, region: '', load: 0.5, draining: false, hops: 1 },
  ...{ link: 'ws', ...fields },
})

describe('load and place', () => {
  test('H10 clients are sent to hubs of the same region first, those with most room first', () => {
    const hubs = [
      known('ws://far', { region: 'us', load: 0.1 }),
      known('ws://near', { region: 'eu', load: 0.6 }),
      known('ws://nearer', { region: 'eu', load: 0.2 }),
      known('ws://full', { region: 'eu', load: 0.99 }),
      known('ws://going', { region: 'eu', draining: true }),
      known('', { region: 'eu' }),
    ]
    expect(alternatives(hubs, 'eu')).toEqual(['ws://nearer', 'ws://near', 'ws://far'])
    expect(
      alternatives(Array.from({ length: 20 }, (_, index) => known(`ws://${index}`))),
    ).toHaveLength(8)
  })

  test('H10 hubs tell their load and region, and clients move from a full one to the others', () => {
    const world = new HubWorld(31)
    const limits = { maxConnections: 40 }
    for (let index = 0; index < 3; index++) {
      const load = (): number => (world.hubs[index]?.hub.getStats().connections ?? 0) / 40
      world.hub(index, { region: 'eu', load }, limits)
    }
    world.until(() => world.isWhole)
    const members: Member[] = Array.from({ length: 30 }, () => world.member(0))
    world.simulation.runFor(20_000)
    const [first] = world.hubs
    if (first === undefined) throw new Error('no hub')
    expect(world.hubs[1]?.node.hubs.map(({ region }) => region)).toEqual(['eu', 'eu'])
    const { clock } = world.network.host(first.id)
    const spreading = new LoadSpreading({ ...first, clock, region: 'eu' })
    world.simulation.runFor(180_000)
    const counts = world.hubs.map(({ hub }) => hub.getStats().peers)
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(30)
    expect(counts[0]).toBeLessThanOrEqual(16)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(12)
    // Those that moved are found where they are.
    const [alice, bob] = members as [Member, Member]
    alice.say(bob)
    world.simulation.runFor(2000)
    expect(bob.relayed).toEqual([`${alice.id} hello`])
    spreading.close()
  })

  test('a hub that goes away names the others to its clients, and they move', () => {
    const world = new HubWorld(32)
    world.start(3)
    world.until(() => world.isWhole)
    const members = Array.from({ length: 10 }, () => world.member(0))
    world.simulation.runFor(2000)
    const [first] = world.hubs
    first?.node.drain()
    first?.hub.drain(5000, alternatives(first.node.hubs))
    world.simulation.runFor(8000)
    expect(first?.hub.getStats().peers).toBe(0)
    for (const { client } of members) expect(client.state).toBe('connected')
  })
})
