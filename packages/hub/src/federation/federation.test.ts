import { describe, expect, test } from 'vitest'
import { HubWorld, type Member } from '../../test/hub-network.ts'
import { HubTrust } from './trust.ts'

describe('hubs over sockets', () => {
  test('H7 members of two hubs discover and signal each other', () => {
    const world = new HubWorld(1)
    world.start(2)
    expect(world.until(() => world.isWhole)).toBe(true)
    const alice = world.member(0)
    world.simulation.runFor(500)
    const bob = world.member(1)
    world.simulation.runFor(1000)
    expect([...bob.known]).toEqual([alice.id])
    expect([...alice.known]).toEqual([bob.id])
    alice.say(bob)
    bob.say(alice, 'hi')
    world.simulation.runFor(200)
    expect(bob.relayed).toEqual([`${alice.id} hello`])
    expect(alice.relayed).toEqual([`${bob.id} hi`])
  })

  test('members who join at one moment still hear of each other', () => {
    const world = new HubWorld(2)
    world.start(3)
    world.until(() => world.isWhole)
    const members = [0, 1, 2, 0, 1, 2].map((hub) => world.member(hub))
    world.simulation.runFor(2000)
    for (const member of members) expect(member.known.size).toBe(5)
  })

  test.each([100, 600, 1400])(
    'what is said to one who moves reaches it at another hub %d ms later',
    (awayMs) => {
      const world = new HubWorld(awayMs)
      world.start(3)
      world.until(() => world.isWhole)
      const [alice, bob] = [world.member(0), world.member(1, 'bob')]
      world.simulation.runFor(1000)
      alice.say(bob, 'before')
      world.simulation.runFor(1000)
      expect(bob.relayed).toEqual([`${alice.id} before`])
      bob.client.close()
      world.simulation.runFor(20)
      alice.say(bob, 'meanwhile')
      world.simulation.runFor(awayMs)
      const again = world.member(2, 'bob')
      world.simulation.runFor(4000)
      expect(again.relayed).toEqual([`${alice.id} meanwhile`])
      expect(alice.undeliverable).toEqual([])
    },
  )

  test('of one who does not come back its sender hears within 5 s', () => {
    const world = new HubWorld(3)
    world.start(3)
    world.until(() => world.isWhole)
    const [alice, bob] = [world.member(0), world.member(1)]
    world.simulation.runFor(1000)
    alice.say(bob, 'before')
    world.simulation.runFor(1000)
    bob.client.close()
    world.simulation.runFor(20)
    alice.say(bob, 'too late')
    expect(world.until(() => alice.undeliverable.length > 0, 5000)).toBe(true)
    expect(alice.undeliverable).toEqual([bob.id])
  })

  test('whoever leaves is taken from the directory, and its neighbours are told', () => {
    const world = new HubWorld(3)
    world.start(3)
    world.until(() => world.isWhole)
    const [alice, bob] = [world.member(1), world.member(2)] as [Member, Member]
    world.simulation.runFor(2000)
    bob.client.close()
    world.simulation.runFor(1000)
    expect(alice.left).toEqual([bob.id])
    alice.say(bob)
    world.simulation.runFor(1000)
    expect(alice.undeliverable).toEqual([bob.id])
  })

  test('H8 networks stay apart, and so do hubs of other namespaces or secrets', () => {
    const world = new HubWorld(4)
    world.hub(0)
    world.hub(1, { hubMeshNamespace: 'other' })
    world.hub(2, { trust: new HubTrust({ secrets: ['another secret that is long enough'] }) })
    world.hub(3)
    world.simulation.runFor(5000)
    expect(world.hubs.map(({ node }) => node.hubs.length)).toEqual([1, 0, 0, 1])
    const refused = (index: number) =>
      world.hubs[index]?.events.flatMap(({ name, event }) =>
        name === 'hubRefused' ? [(event as { reason: string }).reason.split(':')[0]] : [],
      )
    expect(refused(1)).toContain('NAMESPACE')
    expect(refused(2)).toContain('UNTRUSTED')
    const [a, b, c] = [world.member(0), world.member(3, undefined, 'two'), world.member(3)]
    world.simulation.runFor(2000)
    expect([...(a as Member).known]).toEqual([(c as Member).id])
    expect((b as Member).known.size).toBe(0)
  })

  test('members who were there before the hubs met hear of each other when they do', () => {
    const world = new HubWorld(9)
    world.start(3)
    const members = [0, 1, 2].map((hub) => world.member(hub))
    world.simulation.runFor(5000)
    for (const { known } of members) expect(known.size).toBe(2)
  })

  test('F3 hubs that were apart for a minute are one network within 10 s', () => {
    const world = new HubWorld(10)
    world.start(3)
    world.until(() => world.isWhole)
    const [alice, bob] = [world.member(0), world.member(1)] as [Member, Member]
    const carol = world.member(2)
    world.simulation.runFor(2000)
    world.partition([[0], [1, 2]])
    world.simulation.runFor(60_000)
    bob.say(carol, 'here')
    alice.say(carol, 'there')
    const dave = world.member(2)
    world.simulation.runFor(6000)
    expect(carol.relayed).toEqual([`${bob.id} here`])
    expect(alice.undeliverable).toContain(carol.id)
    world.partition([])
    expect(world.until(() => world.isWhole, 40_000)).toBe(true)
    world.simulation.runFor(10_000)
    expect(alice.known).toContain(dave.id)
    alice.say(dave, 'healed')
    world.simulation.runFor(1000)
    expect(dave.relayed).toEqual([`${alice.id} healed`])
    expect(carol.relayed).toHaveLength(1)
  })

  test('a hub never keeps a link to itself', () => {
    const world = new HubWorld(5)
    world.hub(0, { bootstrapHubs: ['ws://hub0:3000'] })
    world.simulation.runFor(60_000)
    expect(world.hubs[0]?.node.hubs).toEqual([])
    expect(world.hubs[0]?.node.targets[0]?.lastAttempt).toBeLessThan(
      world.simulation.startAt + 1000,
    )
  })

  test('a dead hub is gone within 10 s, with its members', () => {
    const world = new HubWorld(6)
    world.start(3)
    world.until(() => world.isWhole)
    const alice = world.member(1)
    const bob = world.member(2)
    world.simulation.runFor(2000)
    world.crash(2)
    const dead = world.simulation.now
    alice.say(bob)
    expect(world.until(() => alice.undeliverable.length > 0)).toBe(true)
    expect(world.simulation.now - dead).toBeLessThanOrEqual(5500)
    expect(world.until(() => world.hubs[1]?.node.hubs.length === 1)).toBe(true)
    expect(world.simulation.now - dead).toBeLessThanOrEqual(10_000)
    const carol = world.member(0)
    world.simulation.runFor(1000)
    expect([...carol.known]).toEqual([alice.id])
  })

  test('the network of hubs outlives the one that introduced them', () => {
    const world = new HubWorld(7)
    world.start(5)
    world.until(() => world.isWhole)
    world.simulation.runFor(3000)
    world.crash(0)
    world.simulation.runFor(12_000)
    const alive = world.hubs.slice(1)
    expect(alive.map(({ node }) => node.hubs.length)).toEqual([3, 3, 3, 3])
    const members = alive.map((_, index) => world.member(index + 1))
    world.simulation.runFor(2000)
    for (const { known } of members) expect(known.size).toBe(3)
  })
})
