import type { Link, Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { type NetworkOptions, SimulatedNetwork, Simulation } from './index.ts'

const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId

function world(options: NetworkOptions = {}) {
  const simulation = new Simulation({ seed: 5 })
  const network = new SimulatedNetwork(simulation, options)
  const log: string[] = []
  const link = (self: PeerId, remote: PeerId, dial: boolean) => {
    const made = network.links(self).create({ self, remote, dial })
    const name = self[0]
    made.on('open', () => log.push(`${name} open ${simulation.now}`))
    made.on('close', (reason) => log.push(`${name} ${reason} ${simulation.now}`))
    made.on('frame', (frame) => log.push(`${name} frame ${frame.join()} ${simulation.now}`))
    return made
  }
  return { simulation, network, log, link }
}

/** Brings signals across with a delay, as a hub does. */
function signalling(simulation: Simulation, from: Link, to: Link): Signal[] {
  const signals: Signal[] = []
  from.on('signal', (signal) => {
    signals.push(signal)
    simulation.clock.after(10, () => to.signal(signal))
  })
  return signals
}

test('an offer, an answer and three round trips open both sides', () => {
  const { simulation, network, log, link } = world({ latency: 30, candidates: 2 })
  const [a, b] = [link(A, B, true), link(B, A, false)]
  const offers = signalling(simulation, a, b)
  const answers = signalling(simulation, b, a)
  simulation.run(10_000)
  expect(log).toEqual(['a open 200', 'b open 200'])
  expect(offers.map(({ type }) => type)).toEqual(['offer', 'candidate', 'candidate'])
  expect(answers.map(({ type }) => type)).toEqual(['answer', 'candidate', 'candidate'])
  expect(a.connection).toBe(b.connection)
  expect(network.host(A).stats).toMatchObject({ linksCreated: 1, linksOpened: 1 })
  expect(simulation.pending).toBe(0)
})

test.each([
  [A, B],
  [B, A],
])('when both dial, the offer of the larger id stands', (first, second) => {
  const { simulation, log, link } = world()
  const [a, b] = [link(first, second, true), link(second, first, true)]
  const fromA = signalling(simulation, a, b)
  const fromB = signalling(simulation, b, a)
  simulation.run(10_000)
  expect(log.length).toBe(2)
  const offer = [...fromA, ...fromB].find(
    ({ type, connection }) => type === 'offer' && connection === a.connection,
  )
  const offering = (first === B ? fromA : fromB).find(({ type }) => type === 'offer')
  expect(offer).toBe(offering)
  expect([a.state, b.state]).toEqual(['open', 'open'])
})

test('a link without an answer times out after 15 s', () => {
  const { simulation, log, link } = world()
  link(A, B, true)
  simulation.run(60_000)
  expect(log).toEqual(['a timeout 15000'])
})

test('a pair that cannot link, and a dial that fails, time out on both sides', () => {
  for (const options of [{ canLink: () => false }, { dialFailure: 1 }]) {
    const { simulation, log, link } = world(options)
    const [a, b] = [link(A, B, true), link(B, A, false)]
    signalling(simulation, a, b)
    signalling(simulation, b, a)
    simulation.run(60_000)
    expect(log).toEqual(['a timeout 15000', 'b timeout 15000'])
  }
})

test('about as many dials fail as was asked for', () => {
  const { simulation, log, link } = world({ dialFailure: 0.3 })
  for (let count = 0; count < 500; count++) {
    const [a, b] = [link(A, B, true), link(B, A, false)]
    signalling(simulation, a, b)
    signalling(simulation, b, a)
  }
  simulation.run(60_000)
  const opened = log.filter((line) => line.startsWith('a open')).length
  expect(Math.abs(opened - 350)).toBeLessThan(50)
})

test('frames sent before a close arrive, then the goodbye; close resolves', async () => {
  const { simulation, log, link } = world({ latency: 10 })
  const [a, b] = [link(A, B, true), link(B, A, false)]
  signalling(simulation, a, b)
  signalling(simulation, b, a)
  simulation.run(1000)
  log.length = 0
  a.send(Uint8Array.of(1))
  a.send(Uint8Array.of(2))
  const closed = a.close('evicted')
  expect(a.close()).toBe(closed)
  expect([a.state, a.send(Uint8Array.of(3))]).toEqual(['closed', 'gone'])
  simulation.run(2000)
  await closed
  expect(log).toEqual(['a evicted 1000', 'b frame 1 1010', 'b frame 2 1010', 'b evicted 1010'])
})

test('signals may be anything', () => {
  const { link, simulation } = world()
  const b = link(B, A, false)
  for (const signal of [
    undefined,
    null,
    3,
    'offer',
    {},
    { type: 'offer' },
    { type: 'offer', connection: 'x' },
  ]) {
    b.signal(signal)
  }
  simulation.run(100)
  expect(b.state).toBe('connecting')
  expect(b.connection).toBeUndefined()
})
