import { peerIdFromName } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { HubWorld } from '../../test/hub-network.ts'

describe('dialling other hubs', () => {
  test('H2 the class gives up after so many attempts, and says so', () => {
    const world = new HubWorld(41)
    const hub = world.hub(0, {
      ...{ bootstrapHubs: ['ws://nobody:1'], maxReconnectAttempts: 4, reconnectInterval: 1000 },
    })
    world.simulation.runFor(120_000)
    const gaveUp = hub.events.filter(({ name }) => name === 'bootstrapGaveUp')
    expect(gaveUp).toEqual([
      { name: 'bootstrapGaveUp', event: { uri: 'ws://nobody:1', attempts: 4 } },
    ])
    expect(hub.node.targets[0]?.attemptNumber).toBe(4)
  })

  test('F18 a hub that comes up late is found within 35 s, however late', () => {
    const world = new HubWorld(42)
    const late = world.hub(1, { bootstrapHubs: ['ws://hub0:3000'] })
    world.simulation.runFor(600_000)
    world.hub(0)
    expect(world.until(() => late.node.hubs.length === 1, 35_000)).toBe(true)
  })

  test('H2 of redundant bootstrap hubs one is enough', () => {
    const world = new HubWorld(43)
    world.hub(0)
    const hub = world.hub(1, {
      bootstrapHubs: ['ws://nobody:1', 'ws://hub0:3000', 'ws://nobody:2'],
    })
    expect(world.until(() => hub.node.hubs.length === 1, 5000)).toBe(true)
    expect(hub.events.filter(({ name }) => name === 'bootstrapConnected')).toHaveLength(1)
  })

  test('two hubs that dial each other keep one link', () => {
    const world = new HubWorld(44)
    world.hub(0, { bootstrapHubs: ['ws://hub1:3000'] })
    world.hub(1, { bootstrapHubs: ['ws://hub0:3000'] })
    world.simulation.runFor(60_000)
    for (const { node } of world.hubs) {
      expect(node.socketConnections).toBe(1)
      expect(node.hubs).toHaveLength(1)
    }
  })

  test('a hub that migrates gives up the attempts that are under way', () => {
    const world = new HubWorld(46)
    world.startMesh(2)
    let open = 0
    world.network.listen('ws://silent:1', (socket) => {
      open++
      socket.on('close', () => open--)
    })
    const hubPeerId = peerIdFromName('hub 2')
    const links = world.network.links(hubPeerId)
    const bootstrapHubs = ['ws://hub0:3000', 'ws://silent:1']
    const { node } = world.hub(2, { hubPeerId, links, bootstrapHubs })
    let before = 0
    const hasMigrated = () => {
      if (!node.hasMigrated) before = open
      return node.hasMigrated
    }
    expect(world.until(hasMigrated, 60_000)).toBe(true)
    world.simulation.runFor(1000)
    expect([before, open]).toEqual([1, 0])
    world.simulation.runFor(60_000)
    expect(open).toBe(0)
  })

  test('whom it let go of it does not dial again', () => {
    const world = new HubWorld(45)
    world.start(2)
    world.until(() => world.isWhole)
    world.hubs[1]?.node.disconnectFromBootstrapHubs()
    world.simulation.runFor(1000)
    expect(world.hubs[1]?.node.targets.filter(({ isBootstrap }) => isBootstrap)).toEqual([])
  })
})
