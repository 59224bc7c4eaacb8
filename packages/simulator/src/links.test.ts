import type { Link, Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
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

describe('a link through which nothing comes', () => {
  /** An open link of two; the log begins at 1,000 ms. */
  function open(options: NetworkOptions = {}) {
    const { simulation, network, log, link } = world({ latency: 10, ...options })
    const [a, b] = [link(A, B, true), link(B, A, false)]
    signalling(simulation, a, b)
    signalling(simulation, b, a)
    for (const [name, one] of [['a', a] as const, ['b', b] as const]) {
      one.on('suspect', () => log.push(`${name} suspect ${simulation.now}`))
      one.on('recovered', () => log.push(`${name} recovered ${simulation.now}`))
    }
    simulation.run(1000)
    log.length = 0
    return { simulation, network, log, a, b }
  }

  test('is suspect after three seconds and over after six', () => {
    const { simulation, network, log } = open()
    network.host(A).crash()
    simulation.run(60_000)
    expect(log).toEqual(['b suspect 4000', 'b timeout 7000'])
    expect(simulation.pending).toBe(0)
  })

  test('recovers when something comes again, before what was held up', () => {
    const { simulation, network, log, a } = open()
    network.partition([[A], [B]])
    a.send(Uint8Array.of(7))
    simulation.run(5500)
    network.heal()
    simulation.run(60_000)
    expect([...log].sort()).toEqual([
      'a recovered 5510',
      'a suspect 4000',
      'b frame 7 5510',
      'b recovered 5510',
      'b suspect 4000',
    ])
    expect(log.indexOf('b recovered 5510')).toBeLessThan(log.indexOf('b frame 7 5510'))
  })

  test('can be suspect again and again', () => {
    const { simulation, network, log } = open()
    for (const at of [1000, 6000, 12_000]) {
      simulation.run(at)
      network.silence(A, B)
      simulation.run(at + 4000)
      network.silence(A, B, false)
    }
    simulation.run(60_000)
    expect(log.map((line) => line.split(' ')[1])).toEqual([
      'suspect',
      'recovered',
      'suspect',
      'recovered',
      'suspect',
      'recovered',
    ])
  })

  test('is suspect 1.5 s after a check', () => {
    const { simulation, network, log, a, b } = open()
    network.silence(A, B)
    simulation.run(1500)
    a.check()
    b.check()
    simulation.run(60_000)
    expect(log).toEqual(['b suspect 3000', 'b timeout 7000', 'a failed 7010'])
  })

  test('is not suspect to a host that stood still, unless it stays silent', () => {
    const { simulation, network, log } = open()
    network.silence(A, B)
    network.host(B).pause()
    simulation.run(5000)
    network.host(B).resume()
    simulation.run(5500)
    expect(log).toEqual(['a suspect 4000', 'a recovered 5010'])
    simulation.run(60_000)
    expect(log.slice(2)).toEqual(['b suspect 6500', 'b timeout 9500', 'a failed 9510'])
  })

  test('is never suspect where that comes later than the end', () => {
    const { simulation, network, log } = open({ suspectMs: 10_000 })
    network.host(A).crash()
    simulation.run(60_000)
    expect(log).toEqual(['b timeout 7000'])
  })
})

test('whether links look for another path themselves is an option', () => {
  expect(world().link(A, B, true).mends).toBe(true)
  expect(world({ mends: false }).link(A, B, true).mends).toBe(false)
})
