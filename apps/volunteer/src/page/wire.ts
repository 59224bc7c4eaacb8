import type { CodeHash } from '@pigeon/volunteer'
import type { PeerId } from '@pigeon/xor'

/** What the page is told once, at `job.json`. */
export interface JobPage {
  readonly who: string
  readonly what: string
  /** The only code that runs there. */
  readonly hash: CodeHash
  readonly tree: string
  readonly entry: PeerId
  /** Hubs; empty: the one that serves the page. */
  readonly hubs: readonly string[]
}

/** What the page is told again and again, at `progress.json`. */
export interface Progress {
  readonly done: number
  readonly dead: number
  readonly total: number | undefined
  readonly perSecond: number
  readonly leftMs: number | undefined
  readonly isOver: boolean
  /** Who computed something: id and how much. */
  readonly workers: readonly (readonly [PeerId, number])[]
  /** Each node of the tree with its parent, both as the first 8 digits of their ids. */
  readonly tree: readonly (readonly [string, string])[]
}
