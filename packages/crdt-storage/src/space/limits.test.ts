import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { peerIdFromName } from '@pigeon/xor'
import { expect, it } from 'vitest'
import { give, joinFrom, person, read, text } from '../../test/people.ts'
import { type Broadcast, Replicator, Space } from '../index.ts'
import { DistributedStorage, MemoryDirectory } from '../keyed.ts'

it('names more heads than one entry can, with entries in between', async () => {
  const space = await Space.create({ isPrivate: false }, await person(1))
  const writers = await Promise.all(Array.from({ length: 70 }, (_, at) => person(100 + at)))
  for (const { author } of writers) await space.grant(author, 'write')
  const spaces: Space[] = []
  const start = await space.export()
  for (const options of writers) {
    const at = await joinFrom(space, options)
    for (const run of start) await at.receive(run, 'ann')
    spaces.push(at)
  }
  for (const [number, at] of spaces.entries()) await at.set(`k${number}`, text('v'))
  for (const at of spaces) {
    const own = at.log.authority.nodes.at(-1)
    if (own !== undefined) {
      const [run] = (await at.export()).slice(-1)
      await space.receive(run ?? new Uint8Array(0), at.me)
    }
  }
  expect(space.keys).toHaveLength(70)
  expect(space.log.authority.heads.size).toBe(70)
  const before = space.log.authority.size
  await space.set('all', text('seen'))
  expect(space.log.authority.heads.size).toBe(1)
  expect(space.log.authority.size).toBeGreaterThan(before + 1)
  const newcomer = await joinFrom(space, await person(9))
  for (const run of await space.export()) await newcomer.receive(run, 'ann')
  expect(newcomer.keys).toHaveLength(71)
}, 60_000)

it('keeps no more than a space may have, but still ends access', async () => {
  const ann = await person(1)
  const bob = await person(2)
  const space = await Space.create({ isPrivate: false }, ann)
  await space.grant(bob.author, 'write')
  const atBob = await joinFrom(space, bob)
  const small = await joinFrom(space, { ...(await person(3)), spaceBytes: 20_000 })
  await give(space, atBob)
  await give(space, small)
  for (let count = 0; count < 5; count++) await atBob.set('k', new Uint8Array(8000).fill(count))
  const runs = await atBob.export()
  expect(await small.receive(runs.at(-1) ?? new Uint8Array(0), 'bob')).toBe('full')
  expect(small.log.bytes).toBeLessThanOrEqual(20_000)
  await space.revoke(atBob.me)
  await give(space, small)
  expect(small.members.has(atBob.me)).toBe(false)
})

it('refuses values, names and numbers that are out of bounds', async () => {
  const space = await Space.create({}, await person(1))
  await expect(space.set('k', new Uint8Array(13 * 1024 * 1024))).rejects.toMatchObject({
    code: 'TOO_LARGE',
  })
  await space.set('large', new Uint8Array(1_000_000).fill(7))
  expect(Buffer.compare(space.get('large') ?? text(''), new Uint8Array(1_000_000).fill(7))).toBe(0)
  expect(() => space.increment('c', 2 ** 41)).toThrow(RangeError)
  await expect(
    person(1, { parkedBytes: 0 }).then((given) => Space.create({}, given)),
  ).rejects.toThrow(RangeError)
})

it('takes no more spaces and keys than it was told to', async () => {
  const simulation = new Simulation({ seed: 1 })
  const network = new SimulatedNetwork(simulation)
  const id = peerIdFromName('ann')
  const { clock, random } = network.host(id)
  const transport = network.transport(id)
  const replicator = new Replicator({ transport, clock, random, maxSpaces: 2 })
  const options = await person(1, { clock })
  const space = await Space.create({}, options)
  const end = replicator.add(space)
  expect(() => replicator.add(space)).toThrow(/is here/)
  replicator.add(await Space.create({}, options))
  const third = await Space.create({}, options)
  expect(() => replicator.add(third)).toThrow(/2 spaces/)
  end()
  replicator.add(third)
  const directory = new MemoryDirectory()
  const other = new Replicator({ transport: network.transport(id), clock, random })
  const storage = await DistributedStorage.open({
    ...options,
    replicator: other,
    directory,
    maxKeys: 1,
  })
  await storage.store('a', 1)
  await expect(storage.store('b', 1)).rejects.toMatchObject({ code: 'FULL' })
  await storage.store('a', 2)
  expect(await storage.retrieve('a')).toBe(2)
})

it('tells the others by gossip, if it has one', async () => {
  const simulation = new Simulation({ seed: 1 })
  const network = new SimulatedNetwork(simulation, { latency: 20 })
  // What a broadcast does, without a network.
  const listeners: ((message: { topic: string; from: string; payload: Uint8Array }) => void)[] = []
  const gossipOf = (from: string): Broadcast => ({
    publish: (topic, payload) => {
      for (const [at, hear] of listeners.entries())
        if (`${at}` !== from) hear({ topic, from, payload })
    },
    on: (_event, listener) => {
      listeners.push(listener)
      return () => {}
    },
  })
  const spaces: Space[] = []
  const options = [await person(1), await person(2)]
  for (const [number, mine] of options.entries()) {
    const id = peerIdFromName(`host ${number}`)
    const { clock, random } = network.host(id)
    const transport = network.transport(id)
    const replicator = new Replicator({ transport, clock, random, gossip: gossipOf(`${number}`) })
    const [first] = spaces
    const space = first === undefined ? await Space.create({}, mine) : await joinFrom(first, mine)
    spaces.push(space)
    replicator.add(space)
  }
  const [one, two] = spaces
  if (!one || !two || !options[1]) throw new Error('two spaces')
  await one.grant(options[1].author, 'write')
  await one.set('k', text('told'))
  await simulation.runUntilAsync(() => two.get('k') !== undefined, 1000)
  expect(read(two.get('k'))).toBe('told')
})
