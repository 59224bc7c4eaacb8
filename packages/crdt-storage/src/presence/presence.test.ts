import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { peerIdFromName } from '@pigeon/xor'
import { expect, it } from 'vitest'
import { person, read, text } from '../../test/people.ts'
import { Replicator, Space } from '../index.ts'
import { Presence } from '../presence.ts'

it('tells members who is there, through others, until it is over; and nobody else', async () => {
  const simulation = new Simulation({ seed: 1 })
  const network = new SimulatedNetwork(simulation, { latency: 20 })
  const hosts = await Promise.all(
    ['ann', 'bob', 'cay', 'eve'].map(async (name, number) => {
      const id = peerIdFromName(name)
      const { clock, random } = network.host(id)
      const options = await person(number + 1, { clock })
      const replicator = new Replicator({ transport: network.transport(id), clock, random })
      return { id, options, replicator }
    }),
  )
  const [ann, bob, cay, eve] = hosts
  if (!ann || !bob || !cay || !eve) throw new Error('four hosts')
  // A line: what Ann says reaches Cay through Bob. Eve is no member.
  network.connect(ann.id, bob.id)
  network.connect(bob.id, cay.id)
  network.connect(bob.id, eve.id)
  const space = await Space.create({}, ann.options)
  for (const { options } of [bob, cay]) await space.grant(options.author, 'read')
  const present: Presence[] = []
  for (const [number, host] of hosts.entries()) {
    const at = number === 0 ? space : await Space.join(space.id, space.genesis, host.options)
    host.replicator.add(at)
    present.push(new Presence({ ...host.options, space: at, replicator: host.replicator }))
  }
  await simulation.runUntilAsync(() => false, 3000)
  const [one, , three, four] = present
  if (!one || !three || !four) throw new Error('four of them')
  await one.set(text('cursor 5'))
  await expect(four.set(text('I am in'))).rejects.toMatchObject({ code: 'NO_KEY' })
  await simulation.runUntilAsync(() => three.states.length > 0, 1000)
  expect(three.states.map(({ bytes, author }) => [read(bytes), author])).toEqual([
    ['cursor 5', space.me],
  ])
  expect(four.states).toEqual([])
  // It is renewed for as long as Ann is there.
  await simulation.runUntilAsync(() => false, 100_000)
  expect(three.states).toHaveLength(1)
  const over: boolean[] = []
  three.on('changed', (_state, isOver) => over.push(isOver))
  await one.close()
  await simulation.runUntilAsync(() => three.states.length === 0, 1000)
  expect(over).toEqual([true])
}, 30_000)
