import { Simulation } from '@pigeon/simulator'
import { TreeNode } from '@pigeon/tree-overlay'
import { MemoryTrees } from '@pigeon/tree-overlay/memory'
import { decodeValue, type Executor, encodeValue, type MapJob, Volunteer } from '@pigeon/volunteer'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { CONNECT_MS, HOP_MS } from '../tree/field.ts'

/** How a worker in virtual time computes. */
export interface VirtualWork {
  /** What a task takes, ms. */
  readonly ms: number
  /** @returns the result. @throws what the task throws */
  compute(index: number): unknown
}

/** One worker. */
export interface VirtualWorker {
  readonly id: PeerId
  /** Inputs that it began to compute. */
  readonly begun: number[]
}

/** A root and workers in virtual time, with the latencies of the tree's model. */
export class VirtualCrowd {
  readonly simulation: Simulation
  readonly volunteer: Volunteer
  readonly workers: VirtualWorker[] = []
  readonly #trees: MemoryTrees

  /** @param work of each worker, by its number */
  constructor(seed: number, count: number, work: (worker: number) => VirtualWork) {
    this.simulation = new Simulation({ seed })
    const delays = this.simulation.random('delays')
    const between = ([low, high]: readonly [number, number]) =>
      low + (high - low) * delays.fraction()
    this.#trees = new MemoryTrees({
      clock: this.simulation.clock,
      latencyMs: () => between(HOP_MS),
      connectMs: () => between(CONNECT_MS),
    })
    const root = this.#add()
    root.node.becomeRoot()
    this.simulation.runFor(1000)
    this.volunteer = root.volunteer
    for (let worker = 0; worker < count; worker++) {
      const { node, volunteer, id } = this.#add()
      const begun: number[] = []
      volunteer.help(this.#executor(work(worker), begun))
      node.join()
      this.workers.push({ id, begun })
    }
    this.simulation.runFor(5000)
  }

  crash({ id }: VirtualWorker): void {
    this.#trees.crash(id, 'at-once')
  }

  /** Reads a job to its end. @returns its results, and how long it took, ms */
  async finish<O>(
    job: MapJob<number, O>,
    during: () => void = () => {},
  ): Promise<{ results: O[]; ms: number }> {
    const from = this.simulation.now
    const results: O[] = []
    let isOver = false
    const read = async () => {
      for await (const result of job) {
        results.push(result)
        during()
      }
      isOver = true
    }
    void read()
    await this.simulation.runUntilAsync(() => isOver, 3_600_000)
    if (!isOver) throw new Error(`seed ${this.simulation.seed}: not at its end`)
    return { results, ms: this.simulation.now - from }
  }

  #add(): { id: PeerId; node: TreeNode; volunteer: Volunteer } {
    const id = randomPeerId(this.simulation.random('ids'))
    const world = this.#trees.world(id)
    const random = this.simulation.random('nodes')
    const node = new TreeNode({ ...world, random })
    return { id, node, volunteer: new Volunteer({ tree: node, clock: world.clock, random }) }
  }

  #executor({ ms, compute }: VirtualWork, begun: number[]): Executor {
    const { clock } = this.simulation
    return {
      slots: 1,
      accepts: () => true,
      run({ payload }, done) {
        const index = decodeValue(payload) as number
        begun.push(index)
        return clock.after(ms, () => {
          try {
            done({ ok: true, payload: encodeValue(compute(index)) })
          } catch (error) {
            done({ ok: false, reason: 'threw', text: String(error) })
          }
        })
      },
      stop() {},
    }
  }
}
