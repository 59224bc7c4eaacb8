import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { LinkTransport } from '@pigeon/transport'
import { type ContractSide, observe, transportContract } from '@pigeon/transport/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { someone } from './fixtures/people.ts'
import { signalled, watched } from './fixtures/proven-pair.ts'
import type { Identity } from './identity.ts'
import { ProvenLinks } from './proven-links.ts'
import { systemCrypto } from './system-node.ts'

const SEED = 11

let alice: Identity
let bob: Identity

beforeAll(async () => {
  ;[alice, bob] = [await someone(1), await someone(2)]
})

function world() {
  const simulation = new Simulation({ seed: SEED })
  const network = new SimulatedNetwork(simulation, {})
  const links = (identity: Identity) => {
    const { clock, random } = network.host(identity.id)
    const { verify } = systemCrypto
    const links = network.links(identity.id)
    return new ProvenLinks({ links, identity, network: 'net', verify, clock, random })
  }
  const pair = () => {
    const a = links(alice).create({ self: alice.id, remote: bob.id, dial: true })
    const b = links(bob).create({ self: bob.id, remote: alice.id, dial: false })
    signalled(a, b)
    return { a, b }
  }
  return { simulation, network, links, pair }
}

describe('transport contract: proven links in the simulator', () => {
  test.each(transportContract.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { simulation, pair } = world()
    const { a, b } = pair()
    const until = async (check: () => boolean, what: string) => {
      for (let turn = 0; turn < 10_000; turn++) {
        if (await simulation.runUntilAsync(check, 5)) return
      }
      expect.fail(`${what}, seed ${SEED}`)
    }
    const side = (self: Identity, other: Identity, link: typeof a): ContractSide => {
      const transport = new LinkTransport(self.id, link.maxFrameBytes)
      const seen = observe(transport, other.id)
      transport.add(link)
      const close = async () => {
        const closed = link.close()
        let done = false
        void closed.then(() => {
          done = true
        })
        await until(() => done, 'the link closes')
      }
      return { transport, peer: other.id, ...seen, until, close }
    }
    const [first, second] = [side(alice, bob, a), side(bob, alice, b)]
    await until(() => a.state === 'open' && b.state === 'open', 'the link opens')
    await Promise.all([one.alice(first), one.bob(second)])
  })
})

test('a path that breaks in the middle of the proof ends the link, and leaves nothing', () => {
  for (let ms = 0; ms < 400; ms += 10) {
    const { simulation, network, pair } = world()
    const { a, b } = pair()
    const [atA, atB] = [watched(a), watched(b)]
    simulation.run(ms)
    network.host(bob.id).crash()
    simulation.run(60_000)
    expect(atB.log, `${ms} ms, seed ${SEED}`).not.toContain('close local')
    expect(atA.log.at(-1), `${ms} ms, seed ${SEED}`).toMatch(/^close /)
  }
})

test('a side that stands still does not prove itself in time', () => {
  const { simulation, network, pair } = world()
  const { a } = pair()
  const atA = watched(a)
  for (let ms = 1; a.fingerprints === undefined && ms < 5000; ms++) simulation.run(ms)
  network.host(bob.id).pause()
  simulation.run(60_000)
  expect(atA.log, `seed ${SEED}`).toHaveLength(1)
})
