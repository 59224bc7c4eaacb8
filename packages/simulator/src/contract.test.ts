import { type Link, LinkTransport, type Transport } from '@pigeon/transport'
import { type ContractSide, observe, transportContract } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { type NetworkOptions, SimulatedNetwork, Simulation } from './index.ts'

const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId

interface Pair {
  readonly a: Transport
  readonly b: Transport
  close(from: PeerId): Promise<void>
}

/** Ready transports over one edge. */
function edges(network: SimulatedNetwork): Pair {
  const [a, b] = [network.transport(A), network.transport(B)]
  network.connect(A, B)
  return { a, b, close: async (from) => network.disconnect(from, from === A ? B : A) }
}

/** Links, signalled by hand. */
function links(network: SimulatedNetwork): Pair {
  const { maxFrameBytes } = network.options
  const [a, b] = [new LinkTransport(A, maxFrameBytes), new LinkTransport(B, maxFrameBytes)]
  const dialled: Link = network.links(A).create({ self: A, remote: B, dial: true })
  const answering: Link = network.links(B).create({ self: B, remote: A, dial: false })
  dialled.on('signal', (signal) => answering.signal(signal))
  answering.on('signal', (signal) => dialled.signal(signal))
  a.add(dialled)
  b.add(answering)
  return { a, b, close: (from) => (from === A ? dialled : answering).close() }
}

const conditions: [string, NetworkOptions][] = [
  ['20 ms', {}],
  ['no latency', { latency: 0 }],
  ['little bandwidth', { latency: 5, bandwidth: 10_000 }],
]

for (const [name, connect] of [
  ['ready transports', edges],
  ['link transports', links],
] as const) {
  describe.each(conditions)(`transport contract: ${name}, %s`, (_name, options) => {
    test.each(transportContract.map((one) => [one.name, one] as const))('%s', async (_, one) => {
      const simulation = new Simulation({ seed: 1 })
      const network = new SimulatedNetwork(simulation, options)
      const { a, b, close } = connect(network)
      const until = async (check: () => boolean, what: string) => {
        // In small steps, since both halves let the same time pass.
        for (let turn = 0; turn < 10_000; turn++) {
          if (await simulation.runUntilAsync(check, 5)) return
        }
        expect.fail(what)
      }
      const sides: [ContractSide, ContractSide] = [
        { transport: a, peer: B, ...observe(a, B), until, close: () => closing(A) },
        { transport: b, peer: A, ...observe(b, A), until, close: () => closing(B) },
      ]
      const closing = async (from: PeerId) => {
        const closed = close(from)
        simulation.runFor(1000)
        await closed
      }
      await until(() => a.neighbours.has(B) && b.neighbours.has(A), 'both are up')
      await Promise.all([one.alice(sides[0]), one.bob(sides[1])])
    })
  })
}
