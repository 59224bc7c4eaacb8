import type { Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { type NetworkOptions, SimulatedNetwork, Simulation } from './index.ts'

const SEED = 11
const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId
const C = 'c'.repeat(40) as PeerId

/** Three peers, each a neighbour of the others, at 10 ms. */
function triangle(options: NetworkOptions = {}) {
  const simulation = new Simulation({ seed: SEED })
  const network = new SimulatedNetwork(simulation, { latency: 10, ...options })
  const log: string[] = []
  const listen = (transport: Transport) => {
    const name = transport.self[0]
    transport.on('up', (peer) => log.push(`${name} up ${peer[0]} ${simulation.now}`))
    transport.on('down', (peer, why) => log.push(`${name} ${why} ${peer[0]} ${simulation.now}`))
    transport.on('frame', (from, [n]) => log.push(`${name} ${n} of ${from[0]} ${simulation.now}`))
    return transport
  }
  const [a, b, c] = [A, B, C].map((id) => listen(network.transport(id))) as [
    Transport,
    Transport,
    Transport,
  ]
  network.connect(A, B)
  network.connect(B, C)
  network.connect(C, A)
  simulation.run(100)
  log.length = 0
  return { simulation, network, log, a, b, c, listen }
}

const byte = (value: number) => Uint8Array.of(value)

describe('a crash', () => {
  test('is seen by silence, 6 s later; what was on its way still arrives', () => {
    const { simulation, network, log, a } = triangle()
    a.send(B, byte(1))
    network.host(A).crash()
    expect(a.send(B, byte(2))).toBe('gone')
    simulation.run(60_000)
    expect(log, `seed ${SEED}`).toEqual(['b 1 of a 110', 'b timeout a 6100', 'c timeout a 6100'])
    expect(simulation.pending).toBe(0)
  })

  test('may be seen at once', () => {
    const { simulation, network, log } = triangle()
    network.host(A).crash('at-once')
    simulation.run(60_000)
    expect(log, `seed ${SEED}`).toEqual(['b failed a 110', 'c failed a 110'])
  })

  test('ends its timers, and a restart begins with a new clock and transport', () => {
    const { simulation, network, log, listen } = triangle()
    const host = network.host(A)
    const { clock } = host
    clock.after(50, () => log.push('never'))
    host.crash('at-once')
    clock.after(50, () => log.push('never'))
    host.restart()
    clock.after(50, () => log.push('never'))
    host.clock.after(70, () => log.push(`timer ${simulation.now}`))
    listen(network.transport(A))
    simulation.run(150)
    network.connect(A, B)
    simulation.run(1000)
    const wanted = ['b failed a 110', 'c failed a 110', 'a up b 150', 'b up a 150', 'timer 170']
    expect(log, `seed ${SEED}`).toEqual(wanted)
  })
})

test('who leaves says goodbye behind what it sent', () => {
  const { simulation, network, log, a } = triangle()
  a.send(B, byte(1))
  network.host(A).leave()
  simulation.run(60_000)
  expect(log, `seed ${SEED}`).toEqual(['b 1 of a 110', 'b bye a 110', 'c bye a 110'])
})

describe('a pause', () => {
  test('shorter than the silence is survived; what fell due happens at its end, in order', () => {
    const { simulation, network, log, b, c } = triangle()
    const host = network.host(A)
    host.clock.after(20, () => log.push(`timer ${simulation.now}`))
    host.pause()
    b.send(A, byte(1))
    c.send(A, byte(2))
    simulation.run(3000)
    host.resume()
    b.send(A, byte(3))
    simulation.run(60_000)
    const wanted = ['a 1 of b 3000', 'a 2 of c 3000', 'timer 3000', 'a 3 of b 3010']
    expect(log, `seed ${SEED}`).toEqual(wanted)
  })

  test('longer than the silence ends the links, which the paused one learns at its end', () => {
    const { simulation, network, log } = triangle()
    network.host(A).pause()
    simulation.run(20_000)
    network.host(A).resume()
    simulation.run(60_000)
    expect(log, `seed ${SEED}`).toEqual([
      'b timeout a 6100',
      'c timeout a 6100',
      'a failed b 20000',
      'a failed c 20000',
    ])
  })
})

describe('a partition', () => {
  test('healed in time delays frames and keeps their order', () => {
    const { simulation, network, log, a, c } = triangle()
    network.partition([[A], [B]])
    a.send(B, byte(1))
    a.send(C, byte(2))
    simulation.run(3000)
    network.heal()
    a.send(B, byte(3))
    c.send(B, byte(4))
    simulation.run(60_000)
    expect(log, `seed ${SEED}`).toEqual([
      'c 2 of a 110',
      'b 1 of a 3010',
      'b 3 of a 3010',
      'b 4 of c 3010',
    ])
  })

  test('longer than the silence ends the links between its groups, and no others', () => {
    const { simulation, network, log, a } = triangle()
    network.partition([[A], [B, C]])
    a.send(B, byte(1))
    simulation.run(7000)
    network.heal()
    simulation.run(60_000)
    expect([...log].sort(), `seed ${SEED}`).toEqual([
      'a timeout b 6100',
      'a timeout c 6100',
      'b timeout a 6100',
      'c timeout a 6100',
    ])
    expect([...network.transport(B).neighbours]).toEqual([C])
  })
})

test('a half-open link ends by silence where nothing is heard, and the other side is told', () => {
  const { simulation, network, log, a, b } = triangle()
  network.silence(A, B)
  a.send(B, byte(1))
  b.send(A, byte(2))
  simulation.run(60_000)
  expect(log, `seed ${SEED}`).toEqual(['a 2 of b 110', 'b timeout a 6100', 'a failed b 6110'])
})

test('frames are lost as often as asked for, without a word, and only where asked for', () => {
  const { simulation, network, log, a } = triangle()
  network.lose(0.2, [A, B])
  for (let count = 0; count < 1000; count++) {
    expect([a.send(B, byte(1)), a.send(C, byte(2))]).toEqual(['sent', 'sent'])
  }
  simulation.run(1000)
  const arrived = log.filter((line) => line.startsWith('b 1')).length
  expect(Math.abs(arrived - 800), `seed ${SEED}`).toBeLessThan(60)
  expect(log.filter((line) => line.startsWith('c 2')).length).toBe(1000)
  network.lose(1)
  a.send(C, byte(3))
  simulation.run(2000)
  expect(log.at(-1)).not.toMatch('c 3')
})

test('one link loses the same frames, whatever others do', () => {
  const losses = (busy: boolean) => {
    const { simulation, log, a } = triangle({ lossRate: 0.5 })
    for (let count = 0; count < 100; count++) {
      a.send(B, byte(count))
      if (busy) a.send(C, byte(count))
    }
    simulation.run(1000)
    return log.filter((line) => line.startsWith('b'))
  }
  expect(losses(true), `seed ${SEED}`).toEqual(losses(false))
})

test('a link with little bandwidth is congested, drains, and delivers at its rate', () => {
  const { simulation, log, a } = triangle({ bandwidth: 10, windowBytes: 1000 })
  let drained = 0
  a.on('drain', () => {
    drained = simulation.now
  })
  let sent = 0
  while (a.send(B, new Uint8Array(100).fill(sent)) === 'sent') sent++
  expect(sent).toBe(10)
  simulation.run(60_000)
  const times = log.map((line) => Number(line.split(' ').at(-1)))
  expect(times, `seed ${SEED}`).toEqual([120, 130, 140, 150, 160, 170, 180, 190, 200, 210])
  expect(drained).toBe(170) // half of the window was free at 160, one latency before
})

test('what is sent when a slow host is quick again does not overtake', () => {
  const { simulation, network, log, a } = triangle()
  network.host(B).slowdown = 10
  a.send(B, byte(1))
  network.host(B).slowdown = 1
  a.send(B, byte(2))
  simulation.run(1000)
  expect(log, `seed ${SEED}`).toEqual(['b 1 of a 200', 'b 2 of a 200'])
})

test('a slow host hears and acts later; a skewed or drifting clock tells another time', () => {
  const { simulation, network, log, a } = triangle()
  const host = network.host(B)
  host.slowdown = 3
  host.clock.after(100, () => log.push(`timer ${simulation.now}`))
  a.send(B, byte(1))
  simulation.run(1000)
  expect(log, `seed ${SEED}`).toEqual(['b 1 of a 130', 'timer 400'])
  const other = network.host(C)
  other.skewMs = 5000
  expect(other.clock.now() - simulation.clock.now()).toBe(5000)
  other.drift = 0.1
  other.clock.after(110, () => log.push(`drifting ${Math.round(simulation.now)}`))
  simulation.run(2000)
  expect(log.at(-1)).toBe('drifting 1100')
  other.skewMs = -5000
  const before = other.clock.now()
  simulation.run(3000)
  expect(other.clock.now(), 'a clock never goes back').toBe(before)
  expect(() => {
    host.slowdown = 0
  }).toThrow('slowdown is a number above 0, got 0')
})
