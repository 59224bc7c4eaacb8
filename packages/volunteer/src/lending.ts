import type { PeerId } from '@pigeon/xor'

/** One copy of one input on its way to whoever computes it. */
export interface Task {
  /** 48 random bits: who does not know them cannot answer. */
  readonly attempt: number
  readonly payload: Uint8Array
  /** Workers that are not to compute it. */
  readonly avoid: readonly PeerId[]
  /** How often it was lost below this node; see {@link blame}. */
  losses: number
  /** Those who said that they have nobody for it. */
  readonly declined: Set<Consumer>
  /** Taken only if nobody else is free. */
  readonly reluctant?: ReadonlySet<Consumer>
}

/** Whoever takes tasks: a neighbour, or this node itself. */
export interface Consumer {
  /** Tasks it may be lent at once. */
  readonly limit: number
  /** Of those, how many more right now. */
  readonly room: number
  /** Whether it may be lent this one at all. */
  fits(task: Task): boolean
  /** It has room. */
  take(task: Task): void
  /** Nobody waits for this one any more. */
  drop(attempt: number): void
}

/** What {@link Lending} tells. */
export interface LendingWorld {
  /** No consumer there is may have this task; it is gone from here. */
  nobody(task: Task): void
  /** Somebody gets it. */
  lent?(task: Task): void
}

/**
 * How much of a loss each of several tasks is given that were lost together: one of them may have
 * been too much for who had it, but hardly all.
 */
export function blame(lost: readonly Task[]): number {
  return 1 / lost.length
}

/** How often a queue is looked through for a task that somebody free may have. */
const LOOK_AHEAD = 64

/**
 * Lends tasks, each to one consumer at a time. Whatever is lost is there to be lent again.
 *
 * Invariant: a task is queued, or lent, or gone.
 */
export class Lending {
  readonly consumers: Set<Consumer> = new Set()
  readonly #queue: Task[] = []
  readonly #lent = new Map<number, { readonly task: Task; readonly consumer: Consumer }>()
  readonly #world: LendingWorld

  constructor(world: LendingWorld) {
    this.#world = world
  }

  /** Tasks that could be lent besides those that wait. */
  get demand(): number {
    let room = -this.#queue.length
    for (const consumer of this.consumers) room += Math.max(0, consumer.room)
    return room
  }

  /** Tasks all consumers together may have. */
  get limit(): number {
    let limit = 0
    for (const consumer of this.consumers) limit += consumer.limit
    return limit
  }

  get queued(): number {
    return this.#queue.length
  }

  get lent(): number {
    return this.#lent.size
  }

  /** Queues it, before the others if it was lent before. */
  add(task: Task, first = false): void {
    if (first) this.#queue.unshift(task)
    else this.#queue.push(task)
    this.dispatch()
  }

  /** Lends what can be lent. */
  dispatch(): void {
    let at = 0
    while (at < Math.min(this.#queue.length, LOOK_AHEAD)) {
      const task = this.#queue[at] as Task
      const choice = this.#choose(task)
      if (choice === 'full') return
      if (choice === 'wait') {
        at++
        continue
      }
      this.#queue.splice(at, 1)
      if (choice === 'nobody') this.#world.nobody(task)
      else this.#lend(task, choice)
    }
  }

  /** Who has it, if it is lent. */
  holder(attempt: number): Consumer | undefined {
    return this.#lent.get(attempt)?.consumer
  }

  /** An answer came: it is gone from here. */
  settle(attempt: number): Task | undefined {
    const found = this.#lent.get(attempt)
    this.#lent.delete(attempt)
    return found?.task
  }

  /** Takes one back, wherever it is. */
  cancel(attempt: number): Task | undefined {
    const found = this.#lent.get(attempt)
    if (found !== undefined) {
      this.#lent.delete(attempt)
      found.consumer.drop(attempt)
      return found.task
    }
    const at = this.#queue.findIndex((task) => task.attempt === attempt)
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0]
  }

  /** A consumer is gone. @returns what it had */
  leave(consumer: Consumer): Task[] {
    this.consumers.delete(consumer)
    const lost: Task[] = []
    for (const [attempt, one] of this.#lent) {
      one.task.declined.delete(consumer)
      if (one.consumer !== consumer) continue
      this.#lent.delete(attempt)
      lost.push(one.task)
    }
    for (const task of this.#queue) task.declined.delete(consumer)
    return lost
  }

  /** Forgets what waits. @returns it */
  takeQueue(): Task[] {
    return this.#queue.splice(0)
  }

  /** Everything is over. */
  clear(): void {
    this.#queue.length = 0
    for (const [attempt, { consumer }] of this.#lent) consumer.drop(attempt)
    this.#lent.clear()
  }

  #lend(task: Task, consumer: Consumer): void {
    this.#lent.set(task.attempt, { task, consumer })
    this.#world.lent?.(task)
    consumer.take(task)
  }

  /** The one with the largest share of its places free. */
  #choose(task: Task): Consumer | 'full' | 'wait' | 'nobody' {
    let best: Consumer | undefined
    let [most, anyFree, anyFits] = [0, false, false]
    for (const consumer of this.consumers) {
      const { room, limit } = consumer
      if (room > 0) anyFree = true
      if (limit <= 0 || task.declined.has(consumer) || !consumer.fits(task)) continue
      anyFits = true
      const share = room / limit / (task.reluctant?.has(consumer) ? 1e6 : 1)
      if (share <= most) continue
      most = share
      best = consumer
    }
    if (best !== undefined) return best
    if (!anyFits) return 'nobody'
    return anyFree ? 'wait' : 'full'
  }
}
