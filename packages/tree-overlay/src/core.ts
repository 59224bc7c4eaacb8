import { type Clock, Emitter, type Random, Timers } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { TreeEvents } from './events.ts'
import { encodeLetter, type Letter } from './letters.ts'
import type { Neighbour } from './neighbour.ts'
import { type Limits, resolveLimits, type TreeOptions } from './options.ts'

const NO_PROOF: Uint8Array = new Uint8Array(0)

/** What all parts of a node share: the world, and where in the tree it is. */
export class Core {
  readonly options: TreeOptions
  readonly limits: Limits
  readonly self: PeerId
  readonly clock: Clock
  readonly random: Random
  readonly events: Emitter<TreeEvents> = new Emitter()
  readonly timers: Timers
  parent: Neighbour | undefined
  isRoot = false
  closed = false
  /** Of the last root heard of. */
  term = 0
  root: PeerId | undefined
  /** The last beacon's. */
  seq = 0
  proof: Uint8Array = NO_PROOF
  /** From the root to the parent, as last heard. */
  path: readonly PeerId[] = []
  /** Some of the parent's other children. */
  siblings: readonly PeerId[] = []
  /** Some of the parent's siblings. */
  aunts: readonly PeerId[] = []
  /** Of this node's place. */
  generation = 0
  /** Of the parent's. */
  parentGeneration = 0
  /** When a beacon of a root came last. */
  freshAt: number = Number.NEGATIVE_INFINITY
  /** Nodes whose requests came from the parent. */
  seen = 0
  /** How many times later than it should this node's own clockwork runs, 1 to 4. */
  slowness = 1
  /** Frames and letters that made no sense, or were too many. */
  rejected = 0

  constructor(options: TreeOptions) {
    this.options = options
    this.limits = resolveLimits(options)
    this.self = options.bootstrap.self
    this.clock = options.clock
    this.random = options.random
    this.timers = new Timers(options.clock)
  }

  now(): number {
    return this.clock.now()
  }

  /** Whether it may take nodes in: it is root, or has a parent. */
  get isSeated(): boolean {
    return this.isRoot || this.parent !== undefined
  }

  /** Places it gives away; none while it waits for a root to die. */
  get degree(): number {
    return this.options.standby && !this.isRoot ? 0 : this.limits.maxDegree
  }

  /** Whether the root was heard of lately. */
  get isFresh(): boolean {
    return this.isRoot || this.now() - this.freshAt < this.limits.silenceMs
  }

  /** Whether a neighbour has been silent for longer than it ever should. */
  isOverdue({ heardAt }: Neighbour): boolean {
    const { pulseMs, silenceMs } = this.limits
    return this.now() - heardAt > this.patient(Math.min(1.5 * pulseMs, silenceMs))
  }

  /** How long to wait for what should take so long: a busy machine is no proof of anything. */
  patient(ms: number): number {
    return ms * this.slowness
  }

  letter(to: PeerId, letter: Letter): void {
    this.options.bootstrap.send(to, encodeLetter(letter))
  }

  /** A name for an attempt: 48 random bits. */
  name(): number {
    const bytes = this.random.fill(new Uint8Array(6))
    return bytes.reduce((value, byte) => value * 256 + byte, 0)
  }

  /** A random number from 0 (included) to 1. */
  fraction(): number {
    return this.name() / 2 ** 48
  }
}
