import { Simulation } from '@pigeon/simulator'
import { expect, test } from 'vitest'
import { HubWorld, type Member } from '../../test/hub-network.ts'

/** Seeds of histories: each prints itself if it fails. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

test.each(SEEDS)(
  'seed %d: after any history whoever is there is found, and nobody else',
  (seed) => {
    const world = new HubWorld(seed)
    world.start(5)
    world.until(() => world.isWhole)
    const random = new Simulation({ seed }).random('history')
    const here = new Map<Member, number>()
    const gone: Member[] = []
    for (let step = 0; step < 60; step++) {
      const dice = random.below(10)
      if (dice < 5) {
        const hub = random.below(5)
        here.set(world.member(hub), hub)
      } else if (dice < 8) {
        const [member] = random.shuffled([...here.keys()])
        if (member === undefined) continue
        member.client.close()
        here.delete(member)
        gone.push(member)
      } else if (dice === 8) {
        world.partition([
          [0, 1],
          [2, 3, 4],
        ])
      } else world.partition([])
      world.simulation.runFor(random.below(4000))
    }
    world.partition([])
    expect(world.until(() => world.isWhole, 60_000)).toBe(true)
    world.simulation.runFor(12_000)
    const members = [...here.keys()]
    for (const from of members) {
      for (const to of members) if (from !== to) from.say(to, 'there')
      const [lost] = gone
      if (lost !== undefined) from.say(lost, 'nobody')
      world.simulation.runFor(1000)
    }
    world.simulation.runFor(8000)
    for (const to of members) {
      expect(to.relayed.filter((line) => line.endsWith(' there'))).toHaveLength(members.length - 1)
    }
    for (const from of members) expect(from.undeliverable.length).toBe(gone.length > 0 ? 1 : 0)
  },
)
