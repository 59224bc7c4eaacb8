import { type NetworkOptions, SimulatedNetwork, Simulation } from '@pigeon/simulator'
import type { LinkEvents, LinkFactory, Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { LinkTable } from './link-table.ts'

const SEED = 3
const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId

/** Two tables with an open link; the clock says 10,000. What happens from then on is in `log`. */
function pair(options: NetworkOptions = {}) {
  const simulation = new Simulation({ seed: SEED })
  const network = new SimulatedNetwork(simulation, { latency: 10, mends: false, ...options })
  const log: string[] = []
  const signals: string[] = []
  const listeners: LinkEvents['signal'][] = []
  const tapped = (factory: LinkFactory): LinkFactory => ({
    maxFrameBytes: factory.maxFrameBytes,
    create(options) {
      const link = factory.create(options)
      const on = link.on.bind(link)
      link.on = (event, listener) => {
        if (event === 'signal') listeners.push(listener as LinkEvents['signal'])
        return on(event, listener)
      }
      return link
    },
  })
  const ways = { lost: (_from: PeerId, _signal: Signal) => false }
  const table = (self: PeerId) => {
    const { clock } = network.host(self)
    const one = new LinkTable({ self, clock, factory: tapped(network.links(self)) })
    const name = self[0]
    const note = (what: string) => log.push(`${name} ${what} ${Math.round(simulation.now)}`)
    one.on('opened', () => note('opened'))
    one.on('failed', (_peer, reason) => note(`failed ${reason}`))
    one.on('closed', (_peer, reason) => note(`closed ${reason}`))
    one.on('suspect', () => note('suspect'))
    one.on('recovered', () => note('recovered'))
    one.transport.on('up', () => note('up'))
    one.transport.on('down', () => note('down'))
    return one
  }
  const [a, b] = [table(A), table(B)]
  for (const [from, to, target] of [
    [A, b, B],
    [B, a, A],
  ] as const) {
    const sender = from === A ? a : b
    sender.on('signal', (_to, signal) => {
      signals.push(`${from[0]} ${signal.type}`)
      if (ways.lost(from, signal)) return
      network.host(target).clock.after(20, () => {
        if (!to.signal(from, signal) && signal.type === 'offer') to.accept(from, signal)
      })
    })
  }
  a.dial(B)
  simulation.run(10_000)
  log.length = 0
  signals.length = 0
  const linked = () => [a.transport.neighbours.has(B), b.transport.neighbours.has(A)]
  return { simulation, network, a, b, log, signals, ways, linked, listeners }
}

const of = (log: readonly string[], name: string) =>
  log.filter((line) => line.startsWith(name)).map((line) => line.split(' ').slice(1, -1).join(' '))

describe('a link that is suspect and does not mend itself', () => {
  test('is replaced by a second one, which outside is a recovery on one side and nothing on the other', () => {
    const { simulation, network, a, b, log, linked } = pair()
    network.silence(A, B)
    simulation.run(15_999)
    expect(of(log, 'b'), `seed ${SEED}`).toEqual(['suspect', 'down', 'up', 'recovered'])
    expect(of(log, 'a'), `seed ${SEED}`).toEqual(['down', 'up'])
    expect(linked()).toEqual([true, true])
    simulation.run(60_000)
    expect(log).toHaveLength(6)
    expect([[...a.peers], [...b.peers]]).toEqual([[B], [A]])
    expect(simulation.pending).toBe(0)
  })

  test('is replaced by one second link when both sides dial at once', () => {
    const { simulation, network, log, signals, linked } = pair()
    network.silence(A, B)
    network.silence(B, A)
    simulation.run(60_000)
    for (const name of ['a', 'b']) {
      expect(of(log, name), `seed ${SEED}`).toEqual(['suspect', 'down', 'up', 'recovered'])
    }
    expect(signals.filter((line) => line.endsWith('offer'))).toHaveLength(2)
    expect(linked()).toEqual([true, true])
  })

  test('is gone after six seconds if the other side is, and leaves nothing', () => {
    const { simulation, network, a, log } = pair()
    network.host(B).crash()
    simulation.run(16_000)
    expect(log, `seed ${SEED}`).toEqual([
      'a suspect 13000',
      'a down 16000',
      'a closed timeout 16000',
    ])
    expect([...a.peers]).toEqual([])
    simulation.run(60_000)
    expect(log).toHaveLength(3)
    expect(simulation.pending).toBe(0)
  })

  test('stays when its peer stood still for 4.5 s', () => {
    for (const paused of [A, B]) {
      const { simulation, network, a, b, log, linked } = pair()
      const other = paused === A ? 'b' : 'a'
      network.host(paused).pause()
      simulation.run(14_500)
      network.host(paused).resume()
      simulation.run(60_000)
      expect(of(log, other).slice(0, 2), `seed ${SEED}`).toEqual(['suspect', 'recovered'])
      expect(
        log.filter((line) => /closed|failed/.test(line)),
        `seed ${SEED}`,
      ).toEqual([])
      expect([a.wanted, b.wanted, [...a.peers], [...b.peers]]).toEqual([0, 0, [B], [A]])
      expect(linked()).toEqual([true, true])
    }
  })

  test('is dialled again each second while signals reach nobody', () => {
    const { simulation, network, b, log, signals, ways } = pair()
    ways.lost = () => {
      // As a mesh does that finds no way.
      network.host(B).clock.after(100, () => b.unreachable(A))
      return true
    }
    network.silence(A, B)
    simulation.run(60_000)
    expect(signals, `seed ${SEED}`).toEqual(['b offer', 'b offer', 'b offer'])
    expect(of(log, 'b'), `seed ${SEED}`).toEqual(['suspect', 'down', 'closed timeout'])
    expect(simulation.pending).toBe(0)
  })

  test('ends for good if the second one was answered, but does not open', () => {
    const { simulation, network, b, log, ways } = pair()
    network.silence(A, B)
    let answers = 0
    ways.lost = (_from, { type }) => {
      if (type === 'answer') answers++
      // From its answer on the other side is gone.
      if (answers > 0) network.host(B).clock.after(21, () => network.host(A).crash())
      return false
    }
    simulation.run(60_000)
    expect(answers, `seed ${SEED}`).toBe(1)
    expect(of(log, 'b'), `seed ${SEED}`).toEqual(['suspect', 'down', 'closed timeout'])
    expect(log.at(-1)).toMatch(/^b closed timeout 160\d\d$/)
    expect([...b.peers]).toEqual([])
  })
})

test('who answers an offer of a link that was given up meanwhile learns at once that it is late', () => {
  const { simulation, network, a, b, log, ways } = pair()
  const late: Signal[] = []
  ways.lost = (from, signal) => from === A && late.push(signal) > 0
  network.silence(B, A)
  simulation.run(15_990)
  for (const signal of late) b.signal(A, signal)
  simulation.run(16_100)
  expect(of(log, 'a'), `seed ${SEED}`).toEqual(['suspect', 'down', 'closed timeout'])
  expect(of(log, 'b'), `seed ${SEED}`).toEqual(['down', 'closed failed'])
  simulation.run(60_000)
  expect([[...a.peers], [...b.peers]]).toEqual([[], []])
})

test('an answer that comes too late can be refused, and the link it was for ends', () => {
  const { simulation, a, b, log, ways } = pair()
  void a.close(B, 'local')
  simulation.run(11_000)
  let connection = ''
  ways.lost = (_from, signal) => {
    connection = signal.connection
    return false
  }
  a.dial(B)
  simulation.run(11_025)
  a.abandon(B)
  simulation.run(11_050)
  expect([...b.peers]).toEqual([A])
  log.length = 0
  b.refused(A, 'another')
  expect([...b.peers]).toEqual([A])
  b.refused(A, connection)
  simulation.run(60_000)
  expect([log, [...b.peers]], `seed ${SEED}`).toEqual([['b failed rejected 11050'], []])
})

test('a link that mends itself is left to do so', () => {
  const { simulation, network, log, signals } = pair({ mends: true })
  network.partition([[A], [B]])
  simulation.run(15_000)
  network.heal()
  simulation.run(60_000)
  expect(signals, `seed ${SEED}`).toEqual([])
  for (const name of ['a', 'b']) expect(of(log, name)).toEqual(['suspect', 'recovered'])
})

test('a link that answers while it is open, as one that mends itself, stays', () => {
  const { simulation, a, log, listeners } = pair({ mends: true })
  for (const listener of listeners) {
    listener({ type: 'answer', connection: 'of the link', sdp: '' })
  }
  simulation.run(60_000)
  expect([log, [...a.peers]], `seed ${SEED}`).toEqual([[], [B]])
})

test('a peer that lost its end of a link offers another, and gets it', () => {
  const { simulation, network, a, log, linked } = pair()
  // A new life of the other, which knows nothing of the link.
  network.host(B).crash()
  network.host(B).restart()
  const { clock } = network.host(B)
  const reborn = new LinkTable({ self: B, clock, factory: network.links(B) })
  reborn.on('signal', (_to, signal) => clock.after(20, () => a.signal(B, signal)))
  a.on('signal', (_to, signal) => clock.after(20, () => reborn.signal(A, signal)))
  reborn.dial(A)
  simulation.run(60_000)
  expect(of(log, 'a'), `seed ${SEED}`).toEqual(['down', 'up'])
  expect([linked()[0], reborn.transport.neighbours.has(A)]).toEqual([true, true])
})

test('an offer right after a link opened is one of both dialling at once, and dropped', () => {
  const { simulation, a, b, log, signals } = pair()
  const offer = (connection: string): Signal => ({ type: 'offer', connection, sdp: '' })
  void a.close(B, 'local')
  simulation.run(11_000)
  a.dial(B)
  simulation.run(12_000)
  log.length = 0
  signals.length = 0
  expect(b.signal(A, offer('some-other'))).toBe(true)
  simulation.run(30_000)
  expect([signals, log], `seed ${SEED}`).toEqual([[], []])
})

test('signals find the link they belong to while there are two', () => {
  const { simulation, network, a, b, signals } = pair()
  const first = a.transport
  network.silence(A, B)
  simulation.run(13_005)
  expect([b.wanted, first.neighbours.has(B)]).toEqual([1, true])
  // One for the open link must not end up at the one that is being opened.
  const candidate = { type: 'candidate', candidate: '', sdpMid: null, sdpMLineIndex: null } as const
  expect(b.signal(A, { ...candidate, connection: 'unknown' })).toBe(true)
  simulation.run(60_000)
  expect(signals.length, `seed ${SEED}`).toBe(2)
  expect(b.transport.neighbours.has(A)).toBe(true)
})

test('a check asks all links at once', () => {
  const { simulation, network, a, log } = pair({ mends: true })
  network.partition([[A], [B]])
  simulation.run(10_100)
  a.check()
  simulation.run(15_000)
  expect(log, `seed ${SEED}`).toEqual(['a suspect 11600', 'b suspect 13000'])
})

test('closing ends both links to a peer, and says so once', async () => {
  const { simulation, network, a, b, log } = pair()
  network.silence(A, B)
  simulation.run(13_021)
  expect([b.wanted, a.wanted, a.peers.size]).toEqual([1, 0, 1])
  const closed = b.close(A, 'local')
  simulation.run(14_100)
  await closed
  expect(of(log, 'b'), `seed ${SEED}`).toEqual(['suspect', 'down', 'closed local'])
  simulation.run(60_000)
  expect(of(log, 'a'), `seed ${SEED}`).toEqual(['down', 'closed bye'])
  expect([b.wanted, simulation.pending]).toEqual([0, 0])
})
