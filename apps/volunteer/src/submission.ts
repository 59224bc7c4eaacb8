import type { JobStats, MapJob } from '@pigeon/volunteer'
import type { Member } from './member.ts'
import type { Progress } from './page/wire.ts'
import { type Edge, seeTree } from './shape.ts'

/** How old a picture of the tree may be, ms. */
const FRESH_MS = 2000

/** How long the tree is asked for it, ms. */
const ASK_MS = 1000

/** What the page shows of a job. */
export class Submission {
  readonly #member: Member
  readonly #job: MapJob<unknown, unknown>
  readonly #total: number | undefined
  #picture: Promise<readonly Edge[]> = Promise.resolve([])
  #at = Number.NEGATIVE_INFINITY

  constructor(member: Member, job: MapJob<unknown, unknown>, total: number | undefined) {
    this.#member = member
    this.#job = job
    this.#total = total
  }

  async progress(): Promise<Progress> {
    const { done, dead, perSecond, leftMs, isOver, workers }: JobStats = this.#job.stats
    return {
      ...{ done, dead, perSecond, leftMs, isOver, total: this.#total },
      workers: workers.map(({ id, done: count }) => [id, count] as const),
      tree: await this.#tree(),
    }
  }

  /** However many pages ask, the tree is asked seldom. */
  #tree(): Promise<readonly Edge[]> {
    const now = performance.now()
    if (now - this.#at > FRESH_MS) {
      this.#at = now
      this.#picture = seeTree(this.#member.node, ASK_MS)
    }
    return this.#picture
  }
}
