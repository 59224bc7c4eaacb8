import { systemCrypto } from '@pigeon/identity/system'
import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import type { Transport } from '@pigeon/transport'
import { type ContractSide, observe, transportContract } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { MemoryBus } from '../../test/memory-bus.ts'
import { NatsLinks } from '../nats.ts'
import { HUB_SUBPROTOCOL } from './hub-socket.ts'
import { SocketLinks } from './socket-links.ts'
import { Trunk } from './trunk.ts'
import { HubTrust } from './trust.ts'

const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId
const KIB = 1024

const trust = new HubTrust({ secrets: ['a secret for tests that is long enough'] })

interface Pair {
  readonly a: Transport
  readonly b: Transport
  close(from: PeerId): void
}

function sockets(simulation: Simulation): Pair {
  const network = new SimulatedNetwork(simulation, { latency: 5 })
  const make = (self: PeerId): SocketLinks => {
    const { clock, random } = network.host(self)
    return new SocketLinks({
      ...{ self, namespace: 'test', trust, clock, random, incarnation: 1 },
      ...{ url: () => '', port: () => 0, maxFrameBytes: 256 * KIB, windowBytes: 128 * KIB },
    })
  }
  const [a, b] = [make(A), make(B)]
  network.listen('ws://b', (socket) => b.accept(socket))
  a.dial(network.connector(A)('ws://b', [HUB_SUBPROTOCOL]))
  return { a, b, close: (from) => (from === A ? a.close(B) : b.close(A)) }
}

function nats(simulation: Simulation): Pair {
  const { clock } = simulation
  const bus = new MemoryBus(clock)
  const make = (self: PeerId): NatsLinks => {
    const random = simulation.random(self)
    const world = { self, namespace: 'test', trust, clock, random, crypto: systemCrypto }
    return new NatsLinks({ ...world, bus: bus.connect() })
  }
  const [a, b] = [make(A), make(B)]
  return { a, b, close: (from) => (from === A ? a : b).close() }
}

function trunks(simulation: Simulation): Pair {
  const { a, b, close } = sockets(simulation)
  const wrap = (self: PeerId, transport: Transport): Trunk => {
    const trunk = new Trunk(self, transport.maxFrameBytes)
    trunk.add('ws', transport)
    return trunk
  }
  return { a: wrap(A, a), b: wrap(B, b), close }
}

describe.each([
  ['sockets', sockets],
  ['NATS', nats],
  ['a trunk', trunks],
] as const)('transport contract: %s', (_name, connect) => {
  test.each(transportContract.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const simulation = new Simulation({ seed: 1 })
    const { a, b, close } = connect(simulation)
    const until = async (check: () => boolean, what: string) => {
      for (let turn = 0; turn < 10_000; turn++) {
        if (await simulation.runUntilAsync(check, 5)) return
      }
      expect.fail(what)
    }
    const closing = async (from: PeerId) => {
      close(from)
      simulation.runFor(1000)
    }
    const sides: [ContractSide, ContractSide] = [
      { transport: a, peer: B, ...observe(a, B), until, close: () => closing(A) },
      { transport: b, peer: A, ...observe(b, A), until, close: () => closing(B) },
    ]
    await until(() => a.neighbours.has(B) && b.neighbours.has(A), 'both are up')
    await Promise.all([one.alice(sides[0]), one.bob(sides[1])])
  })
})
