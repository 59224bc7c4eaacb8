import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { peerIdFromName } from '@pigeon/xor'
import { expect, it } from 'vitest'
import { person, read, text } from '../../test/people.ts'
import { Replicator, Space } from '../index.ts'

function world(seed = 1): { simulation: Simulation; network: SimulatedNetwork } {
  const simulation = new Simulation({ seed })
  return { simulation, network: new SimulatedNetwork(simulation, { latency: 20 }) }
}

async function host(network: SimulatedNetwork, name: string, number: number) {
  const id = peerIdFromName(name)
  const { clock, random } = network.host(id)
  const options = await person(number, { clock })
  const replicator = new Replicator({ transport: network.transport(id), clock, random })
  return { id, options, replicator }
}

it('brings what was written before, and after, to whoever has the id of the space', async () => {
  const { simulation, network } = world()
  const ann = await host(network, 'ann', 1)
  const bob = await host(network, 'bob', 2)
  const space = await Space.create({}, ann.options)
  ann.replicator.add(space)
  await space.set('a', text('1'))
  await space.grant(bob.options.author, 'write')
  network.connect(ann.id, bob.id)
  const finding = bob.replicator.findGenesis(space.id)
  await simulation.runUntilAsync(() => false, 200)
  const atBob = await Space.join(space.id, await finding, bob.options)
  bob.replicator.add(atBob)
  await simulation.runUntilAsync(() => atBob.get('a') !== undefined, 1000)
  expect(read(atBob.get('a'))).toBe('1')
  await atBob.set('b', text('2'))
  await simulation.runUntilAsync(() => space.get('b') !== undefined, 1000)
  expect(read(space.get('b'))).toBe('2')
})

it('brings everything through a relay that can read nothing', async () => {
  const { simulation, network } = world()
  const ann = await host(network, 'ann', 1)
  const relay = await host(network, 'relay', 8)
  const bob = await host(network, 'bob', 2)
  const space = await Space.create({}, ann.options)
  await space.grant(bob.options.author, 'read')
  for (let count = 0; count < 50; count++) await space.set(`k${count}`, text(`${count}`))
  const atRelay = await Space.join(space.id, space.genesis, relay.options)
  const atBob = await Space.join(space.id, space.genesis, bob.options)
  ann.replicator.add(space)
  relay.replicator.add(atRelay)
  bob.replicator.add(atBob)
  network.connect(ann.id, relay.id)
  network.connect(relay.id, bob.id)
  await simulation.runUntilAsync(() => atBob.keys.length === 50, 5000)
  expect(atBob.keys).toHaveLength(50)
  expect(atRelay.keys).toEqual([])
  await space.set('late', text('x'))
  await simulation.runUntilAsync(() => atBob.get('late') !== undefined, 2000)
  expect(read(atBob.get('late'))).toBe('x')
})

it('shares a key with a member whose grant did not know of it, and with nobody else', async () => {
  const { simulation, network } = world()
  const ann = await host(network, 'ann', 1)
  const cay = await host(network, 'cay', 3)
  const dan = await host(network, 'dan', 4)
  const eve = await host(network, 'eve', 5)
  const space = await Space.create({}, ann.options)
  await space.grant(cay.options.author, 'admin')
  await space.grant(dan.options.author, 'read')
  const atCay = await Space.join(space.id, space.genesis, cay.options)
  ann.replicator.add(space)
  cay.replicator.add(atCay)
  network.connect(ann.id, cay.id)
  await simulation.runUntilAsync(() => atCay.role === 'admin', 2000)
  network.disconnect(ann.id, cay.id)
  // At the same time: a revoke rotates the key, and an admin who does not know grants.
  await space.revoke(Buffer.from(dan.options.author.key).toString('hex'))
  await atCay.grant(eve.options.author, 'read')
  await space.set('k', text('after'))
  const atEve = await Space.join(space.id, space.genesis, eve.options)
  const atDan = await Space.join(space.id, space.genesis, dan.options)
  eve.replicator.add(atEve)
  dan.replicator.add(atDan)
  for (const [a, b] of [
    [ann, cay],
    [ann, eve],
    [cay, dan],
  ] as const) {
    network.connect(a.id, b.id)
  }
  await simulation.runUntilAsync(() => atEve.get('k') !== undefined, 5000)
  expect(read(atEve.get('k'))).toBe('after')
  await simulation.runUntilAsync(() => false, 2000)
  expect(atDan.log.authority.size).toBe(space.log.authority.size)
  expect(atDan.get('k')).toBeUndefined()
})

it('stops listening to a neighbour that sends rubbish', async () => {
  const { simulation, network } = world()
  const ann = await host(network, 'ann', 1)
  ann.replicator.add(await Space.create({}, ann.options))
  const mallory = network.transport(peerIdFromName('mallory'))
  network.connect(ann.id, mallory.self)
  const shunned: string[] = []
  ann.replicator.on('shunned', (peer) => shunned.push(peer))
  await simulation.runUntilAsync(() => mallory.neighbours.size > 0, 1000)
  for (let count = 0; count < 20; count++) mallory.send(ann.id, Uint8Array.of(9, count))
  await simulation.runUntilAsync(() => false, 1000)
  expect(shunned).toEqual([mallory.self])
  expect(ann.replicator.rejected).toBe(8)
})
