import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { HubWorld, type Member } from '../../test/hub-network.ts'

const ORDERS = [
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
]

const idOf = (digit: number): PeerId => `${digit}`.repeat(40) as PeerId

/** Each tells each something; who did not hear it. */
function exchange(world: HubWorld, members: readonly Member[], text: string): string[] {
  for (const from of members) {
    for (const to of members) if (from !== to) from.say(to, text)
  }
  world.simulation.runFor(6000)
  const missing: string[] = []
  for (const from of members) {
    for (const to of members) {
      const copies = to.relayed.filter((line) => line === `${from.id} ${text}`).length
      if (from !== to && copies !== 1) missing.push(`${from.id} to ${to.id}: ${copies}`)
    }
  }
  return missing
}

/** Each tells the next one something ten times a second until `check` holds; what was not heard once. */
function exchangeUntil(
  world: HubWorld,
  members: readonly Member[],
  check: () => boolean,
  limitMs: number,
): string[] {
  const said: { text: string; to: Member }[] = []
  for (let round = 0; !check() && round * 100 < limitMs; round++) {
    for (const [index, from] of members.entries()) {
      const to = members[(index + 1) % members.length] as Member
      from.say(to, `meanwhile ${round}`)
      said.push({ text: `${from.id} meanwhile ${round}`, to })
    }
    world.simulation.runFor(100)
  }
  world.simulation.runFor(6000)
  return said.flatMap(({ text, to }) => {
    const copies = to.relayed.filter((line) => line === text).length
    return copies === 1 ? [] : [`${text} to ${to.id}: ${copies}`]
  })
}

describe('hubs with peer-to-peer links', () => {
  test.each(ORDERS)(
    'H5 H6 H7 three hubs with ids %d %d %d migrate, and members meet all the while',
    (...digits) => {
      const world = new HubWorld(digits[0] as number)
      world.startMesh(digits.map(idOf))
      const early = [0, 1, 2].map((hub) => world.member(hub))
      world.simulation.runFor(3000)
      expect(exchange(world, early, 'before')).toEqual([])
      const hasOne = () => world.hubs.some(({ node }) => node.hasMigrated)
      expect(world.until(hasOne, 60_000)).toBe(true)
      expect(exchange(world, early, 'meanwhile')).toEqual([])
      const migrated = () => world.hubs.every(({ node }) => node.hasMigrated)
      expect(world.until(migrated, 60_000)).toBe(true)
      world.simulation.runFor(2000)
      expect(world.hubs.map(({ node }) => node.socketConnections)).toEqual([0, 0, 0])
      expect(world.hubs.map(({ node }) => node.p2pConnections)).toEqual([2, 2, 2])
      const late = [0, 1, 2].map((hub) => world.member(hub))
      world.simulation.runFor(2000)
      for (const { known } of late) expect(known.size).toBe(5)
      expect(exchange(world, [...early, ...late], 'after')).toEqual([])
      const names = world.hubs[1]?.events.map(({ name }) => name)
      expect(names).toContain('hubMeshReady')
      expect(names?.filter((name) => name === 'hubMeshMigrated')).toHaveLength(1)
      // Nobody dials again what was closed on purpose.
      world.simulation.runFor(120_000)
      expect(world.hubs.map(({ node }) => node.socketConnections)).toEqual([0, 0, 0])
    },
  )

  test.each([5, 10, 20])(
    'H5 H6 %d hubs are one network before, while and after they migrate, and when they fall back',
    (count) => {
      const world = new HubWorld(count)
      world.startMesh(count)
      expect(world.until(() => world.isWhole, 10_000)).toBe(true)
      const members = world.hubs.map((_, index) => world.member(index))
      world.simulation.runFor(2000)
      expect(exchange(world, members, 'before')).toEqual([])
      const haveMigrated = () => world.hubs.every(({ node }) => node.hasMigrated)
      expect(haveMigrated()).toBe(false)
      expect(exchangeUntil(world, members, haveMigrated, 180_000)).toEqual([])
      expect(haveMigrated()).toBe(true)
      expect(world.hubs.map(({ node }) => node.socketConnections)).toEqual(world.hubs.map(() => 0))
      expect(world.isWhole).toBe(true)
      expect(exchange(world, members, 'migrated')).toEqual([])
      world.blockLinks(true)
      expect(exchange(world, members, 'falling back')).toEqual([])
      expect(world.hubs.every(({ node }) => node.socketConnections > 0)).toBe(true)
      expect(exchange(world, members, 'fallen back')).toEqual([])
    },
  )

  test('a hub that comes later is no reason to fall back', () => {
    const world = new HubWorld(9)
    world.startMesh(3)
    world.until(() => world.hubs.every(({ node }) => node.hasMigrated), 60_000)
    world.addToMesh(3)
    expect(world.until(() => world.hubs.every(({ node }) => node.hasMigrated), 60_000)).toBe(true)
    const fallbacks = world.hubs.flatMap(({ events }) =>
      events.filter(({ name }) => name === 'hubMeshFallback'),
    )
    expect(fallbacks).toEqual([])
  })

  test('F23 without peer-to-peer links sockets take over within 3 s, nothing is lost, and it does not flap', () => {
    const world = new HubWorld(8)
    world.startMesh(3)
    const members = [0, 1, 2].map((hub) => world.member(hub))
    world.until(() => world.hubs.every(({ node }) => node.hasMigrated), 60_000)
    world.blockLinks(true)
    const at = world.simulation.now
    const bySocket = () =>
      world.hubs.every(({ node }) =>
        node.hubs.every(({ link }) => link === 'ws' || link === undefined),
      )
    expect(world.until(bySocket, 3000)).toBe(true)
    expect(exchange(world, members, 'blocked')).toEqual([])
    expect(world.hubs.every(({ node }) => node.socketConnections > 0)).toBe(true)
    const fallback = world.hubs[0]?.events.find(({ name }) => name === 'hubMeshFallback')
    expect(fallback).toBeDefined()
    world.blockLinks(false)
    world.until(() => world.hubs.every(({ node }) => node.hasMigrated), 240_000)
    expect(world.simulation.now - at).toBeGreaterThan(60_000)
    expect(exchange(world, members, 'again')).toEqual([])
  })
})
