import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { type PeerId, randomPeerId } from '@pigeon/xor'

/** A flood of small frames over ready transports: the load of the simulator's own bench. */
export interface Flood {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  /** Lets `count` messages start, from random peers, and runs until they are everywhere. */
  publish(count: number): void
}

/**
 * `peers` peers, each with `degree` neighbours on average, that hand every new message on to all
 * but whom it came from.
 */
export function buildFlood(seed: number, peers: number, copyFrames = true, degree = 8): Flood {
  const simulation = new Simulation({ seed })
  const latency = { model: 'uniform', minMs: 10, maxMs: 100 } as const
  const network = new SimulatedNetwork(simulation, { latency, copyFrames })
  const random = simulation.random('flood')
  const ids = Array.from({ length: peers }, () => randomPeerId(random))
  for (const [index, id] of ids.entries()) {
    const transport = network.transport(id)
    let latest = 0
    transport.on('frame', (from, frame) => {
      const number = numberOf(frame)
      if (number <= latest) return
      latest = number
      for (const peer of transport.neighbours) if (peer !== from) transport.send(peer, frame)
    })
    for (let link = 0; link < degree / 2 && index > 0; link++) {
      const other = ids[random.below(index)] as PeerId
      network.connect(id, other)
    }
  }
  simulation.run(1)
  let number = 0
  return {
    simulation,
    network,
    publish(count) {
      for (let message = 0; message < count; message++) {
        const frame = new Uint8Array(64)
        number++
        frame[0] = number >> 8
        frame[1] = number & 255
        const transport = network.transport(ids[random.below(peers)] as PeerId)
        for (const peer of transport.neighbours) transport.send(peer, frame)
        simulation.runFor(2000)
      }
    },
  }
}

function numberOf(frame: Uint8Array): number {
  return ((frame[0] as number) << 8) | (frame[1] as number)
}
