import { Simulation } from '@pigeon/simulator'
import { TreeNode, type TreeOptions } from '@pigeon/tree-overlay'
import { MemoryTrees } from '@pigeon/tree-overlay/memory'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { Volunteer, type VolunteerOptions } from '../src/index.ts'
import { TimedWork, type TimedWorkOptions } from './timed-work.ts'

/** Options of a {@link Crew}. */
export interface CrewOptions {
  readonly seed?: number
  readonly tree?: Partial<TreeOptions>
  readonly volunteer?: Partial<VolunteerOptions>
  /** Bytes on the way above which a link is congested. */
  readonly windowBytes?: number
}

/** A node, the volunteer on it, and what computes there. */
export interface Member {
  readonly id: PeerId
  readonly node: TreeNode
  readonly volunteer: Volunteer
  work: TimedWork | undefined
}

/** Volunteers on a tree, in virtual time; the first one is root. */
export class Crew {
  readonly simulation: Simulation
  readonly trees: MemoryTrees
  readonly members: Member[] = []
  readonly #options: CrewOptions

  constructor(options: CrewOptions = {}) {
    this.#options = options
    this.simulation = new Simulation({ seed: options.seed ?? 1 })
    const delays = this.simulation.random('delays')
    this.trees = new MemoryTrees({
      clock: this.simulation.clock,
      latencyMs: () => 10 + 40 * delays.fraction(),
      connectMs: () => 100 + 200 * delays.fraction(),
      ...(options.windowBytes !== undefined && { windowBytes: options.windowBytes }),
    })
  }

  /** A crew whose root is in office, and so many others, who compute. */
  static grown(count: number, options: CrewOptions = {}, work: TimedWorkOptions = {}): Crew {
    const crew = new Crew(options)
    crew.add().node.becomeRoot()
    crew.run(500)
    for (let index = 0; index < count; index++) crew.help(crew.add(), work).node.join()
    crew.run(5000)
    return crew
  }

  /** One more; it neither joins nor computes yet. */
  add(options: Partial<VolunteerOptions> = {}): Member {
    const id = randomPeerId(this.simulation.random('ids'))
    const world = this.trees.world(id)
    const random = this.simulation.random(`node ${id}`)
    const node = new TreeNode({ ...world, random, ...this.#options.tree })
    const { clock } = world
    const volunteer = new Volunteer({
      tree: node,
      clock,
      random,
      ...this.#options.volunteer,
      ...options,
    })
    const member = { id, node, volunteer, work: undefined }
    this.members.push(member)
    return member
  }

  /** It computes from now on. */
  help(member: Member, options: TimedWorkOptions = {}): Member {
    member.work = new TimedWork(this.simulation.clock, options)
    member.volunteer.help(member.work)
    return member
  }

  get root(): Member {
    return this.members[0] as Member
  }

  /** All but the root. */
  get others(): Member[] {
    return this.members.slice(1)
  }

  run(ms: number): void {
    this.simulation.runFor(ms)
  }

  /** Lets time pass, and promises settle, until something holds. */
  async until(check: () => boolean, limitMs = 120_000): Promise<boolean> {
    return await this.simulation.runUntilAsync(check, limitMs)
  }

  crash(member: Member, notice: 'silence' | 'at-once' = 'at-once'): void {
    this.trees.crash(member.id, notice)
  }

  /** Reads all of something while time passes. @throws what reading throws */
  async collect<T>(values: AsyncIterable<T>, limitMs = 120_000): Promise<T[]> {
    const all: T[] = []
    let end: { error?: unknown } | undefined
    const read = async () => {
      for await (const value of values) all.push(value)
    }
    void read().then(
      () => {
        end = {}
      },
      (error) => {
        end = { error }
      },
    )
    await this.until(() => end !== undefined, limitMs)
    if (end === undefined) {
      throw new Error(`seed ${this.simulation.seed}: ${all.length} read, not at the end`)
    }
    if ('error' in end) throw end.error
    return all
  }
}
