import { Simulation } from '@pigeon/simulator'
import { Genet } from '../../tree/genet.ts'
import { mean, type Section } from './section.ts'

/** Leaves by a Monte Carlo run of the original code, which the authors' own logs agree with. */
const AUTHORS = [
  [100, 83.7],
  [250, 165.6],
  [320, 222.7],
  [1000, 825],
] as const

/** A grown tree of Genet's. */
export function genetOf(seed: number, nodes: number, failing = 0): Genet {
  const simulation = new Simulation({ seed })
  const genet = new Genet(simulation, { failing })
  for (let count = 0; count < nodes; count++) genet.join()
  simulation.run(60_000)
  return genet
}

/** Whether our Genet has as many leaves as the authors'. */
export const genet: Section = ({ seeds, record }) =>
  AUTHORS.map(([nodes, leaves]) => {
    // Its runs differ more than ours: forty of them make a mean.
    const runs = seeds.flatMap((seed) =>
      Array.from({ length: 40 }, (_, index) => genetOf(seed * 1000 + index, nodes).leaves),
    )
    for (const value of runs)
      record({ seed: seeds[0] as number, nodes, metric: 'genet leaves', value })
    const ours = mean(runs)
    return {
      metric: `Genet as implemented here, N = ${nodes}: leaves`,
      ours,
      peer: leaves,
      peerName: 'original',
      unit: '',
      goal: { atMost: leaves * 1.03 },
    }
  })
