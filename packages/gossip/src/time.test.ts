import { describe, expect, test } from 'vitest'
import { clique, line, ringWithChords, TestNetwork } from '../test/network.ts'

const HOUR = 3_600_000

/** Peers linked after some of their clocks were set. */
function withClocks(
  count: number,
  edges: readonly (readonly [number, number])[],
  skewMs: (index: number) => number,
): TestNetwork {
  const network = new TestNetwork(count, [])
  for (const [index, { id }] of network.peers.entries()) {
    network.network.host(id).skewMs = skewMs(index)
  }
  network.run(1)
  for (const [a, b] of edges) network.connect(a, b)
  network.run(1000)
  return network
}

describe('clocks', () => {
  test.each([HOUR, -HOUR, 20_000, -20_000, 5000, -5000])(
    'two peers whose clocks are %i ms apart hear each other',
    (skew) => {
      const network = withClocks(2, line(2), (index) => index * skew)
      network.publish(0, 'from 0')
      network.publish(1, 'from 1')
      network.run(1000)
      expect([network.texts(0), network.texts(1)]).toEqual([['from 1'], ['from 0']])
    },
  )

  test('who is a day behind everybody is heard, and hears', () => {
    const network = withClocks(12, ringWithChords(12, 6), (index) => (index === 4 ? -24 * HOUR : 0))
    network.publish(4, 'late')
    network.publish(9, 'in time')
    network.run(5000)
    for (const index of [0, 1, 2, 3, 5, 6, 7, 8, 10, 11]) {
      expect(network.texts(index).sort()).toEqual(['in time', 'late'])
    }
    expect(network.texts(4)).toEqual(['in time'])
    expect(
      network.peer(0).received.find(({ author }) => author === network.peer(4).id)?.timestamp,
    ).toBeGreaterThan(network.simulation.startAt - 10_000)
  })

  test('an author whose clock was set back and who starts again is still heard', () => {
    const network = new TestNetwork(8, clique(8))
    network.publish(3, 'before')
    network.run(5000)
    network.crash(3)
    network.network.host(network.peer(3).id).skewMs = -HOUR
    network.restart(3)
    for (const other of [0, 1, 2, 4]) network.connect(3, other)
    network.run(1000)
    network.publish(3, 'after')
    network.run(5000)
    for (const index of [0, 1, 2, 4, 5, 6, 7]) {
      expect(network.texts(index), `peer ${index}`).toEqual(['before', 'after'])
    }
  })
})
