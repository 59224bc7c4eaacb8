import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Courier, type Outcome } from './courier.ts'
import { HubRouter } from './hub-router.ts'
import { Seen } from './seen.ts'
import { Trunk } from './trunk.ts'

const QUIET = { url: '', region: '', load: 0, draining: false }

/** Hubs in a row, each linked to the next, with links that lose frames. */
function row(count: number, seed: number, lossRate: number) {
  const simulation = new Simulation({ seed })
  const network = new SimulatedNetwork(simulation, { latency: 10 })
  const ids = Array.from({ length: count }, (_, index) => peerIdFromName(`hub ${index}`))
  const hubs = ids.map((self) => {
    const { clock } = network.host(self)
    const trunk = new Trunk(self, 256 * 1024)
    trunk.add('ws', network.transport(self))
    const router = new HubRouter({ trunk, clock, describe: () => QUIET })
    const received: string[] = []
    const receive = (_: PeerId, body: Uint8Array): boolean => {
      received.push(String.fromCharCode(...body))
      return body[0] !== '!'.charCodeAt(0)
    }
    return { self, router, received, courier: new Courier({ router, clock, receive }) }
  })
  for (const [index, id] of ids.entries()) {
    if (index > 0) network.connect(ids[index - 1] as PeerId, id)
  }
  simulation.runFor(1000)
  network.lose(lossRate)
  return { simulation, network, hubs, ids }
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

describe('parcels between hubs', () => {
  test('F16 over lossy links each arrives at most once, and all but few arrive; every one is settled', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 0, max: 20 }), (seed, loss) => {
        const { simulation, hubs, ids } = row(3, seed, loss / 100)
        const [first, , last] = hubs as [(typeof hubs)[0], unknown, (typeof hubs)[0]]
        const outcomes: Outcome[] = []
        for (let count = 0; count < 50; count++) {
          first.courier.send(ids[2] as PeerId, bytes(`m${count}`), (outcome) =>
            outcomes.push(outcome),
          )
          simulation.runFor(20)
        }
        simulation.runFor(6000)
        expect(new Set(last.received).size).toBe(last.received.length)
        expect(outcomes).toHaveLength(50)
        const taken = outcomes.filter((outcome) => outcome === 'taken').length
        expect(last.received.length).toBeGreaterThanOrEqual(taken)
        if (loss === 0) expect(taken).toBe(50)
        expect(first.courier.waiting).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  test('what its receiver has no use for is refused, and what finds no way is lost', () => {
    const { simulation, network, hubs, ids } = row(3, 1, 0)
    const outcomes: Outcome[] = []
    const send = (text: string): void =>
      hubs[0]?.courier.send(ids[2] as PeerId, bytes(text), (outcome) => outcomes.push(outcome))
    send('!no')
    simulation.runFor(500)
    expect(outcomes).toEqual(['refused'])
    network.disconnect(ids[1] as PeerId, ids[2] as PeerId)
    simulation.runFor(500)
    send('nowhere')
    simulation.runFor(6000)
    expect(outcomes).toEqual(['refused', 'lost'])
  })

  test('so many may wait for a receipt; more are not taken', () => {
    const { simulation, hubs, ids } = row(2, 1, 1)
    let lost = 0
    for (let count = 0; count < 5000; count++) {
      hubs[0]?.courier.send(ids[1] as PeerId, bytes('x'), (outcome) => {
        if (outcome === 'lost') lost++
      })
    }
    simulation.runFor(1)
    expect(lost).toBe(5000 - 4096)
    simulation.runFor(7000)
    expect(lost).toBe(5000)
  })

  test('numbers are remembered only so far ahead', () => {
    const seen = new Seen(4)
    expect(seen.add(0)).toBe('new')
    expect(seen.add(0)).toBe('seen')
    expect(seen.add(4)).toBe('new')
    expect(seen.add(5)).toBe('far')
    seen.raise(5)
    expect(seen.add(5)).toBe('new')
    expect(seen.add(3)).toBe('seen')
  })
})
