import type { Reign } from './bootstrap.ts'
import type { Core } from './core.ts'
import type { TreeErrorCode } from './errors.ts'

/** How often a root renews its lease, ms; it is for ten seconds. */
const RENEW_MS = 3000

/** How often a standby asks for the office while no root is heard of, ms. */
const STAND_MS = 1000

/** What {@link Reigning} needs of the other parts. */
export interface ReigningWorld {
  /** The office is this node's. */
  crowned(): void
  /** It is another's. */
  deposed(): void
}

/** Who is root: takes the office, keeps it, gives it up for who has a higher term. */
export class Reigning {
  readonly #core: Core
  readonly #world: ReigningWorld
  #askedAt = Number.NEGATIVE_INFINITY
  #candidacy: ((code: TreeErrorCode | undefined) => void) | undefined

  constructor(core: Core, world: ReigningWorld) {
    this.#core = core
    this.#world = world
  }

  /** Asks until the office is granted or somebody else has it. @param done told once */
  stand(done: (code: TreeErrorCode | undefined) => void): void {
    const core = this.#core
    this.#candidacy = done
    core.timers.set('stand', core.limits.requestTimeoutMs, () => this.#decided('TREE_TIMEOUT'))
    this.#ask()
  }

  /** Renews, or stands if it is time. */
  beat(): void {
    const core = this.#core
    const sinceMs = core.now() - this.#askedAt
    const orphaned = core.options.standby && core.term > 0 && !core.isFresh
    if (core.isRoot ? sinceMs >= RENEW_MS : (orphaned || this.#candidacy) && sinceMs >= STAND_MS) {
      this.#ask()
    }
  }

  /** Ends it, before its time. */
  resign(): void {
    this.#candidacy = undefined
    this.#core.timers.stop('stand')
    this.#core.options.bootstrap.resign()
  }

  #ask(): void {
    const core = this.#core
    this.#askedAt = core.now()
    const term = core.isRoot ? core.term : core.term + 1
    core.options.bootstrap.claim(term, (reign) => {
      if (!core.closed) this.#answered(reign)
    })
  }

  #answered(reign: Reign | undefined): void {
    const core = this.#core
    if (reign === undefined) return
    if (reign.root === core.self) {
      if (core.isRoot) core.term = Math.max(core.term, reign.term)
      else if (this.#candidacy !== undefined || (core.options.standby && !core.isFresh)) {
        core.term = Math.max(core.term + 1, reign.term)
        this.#world.crowned()
        this.#decided(undefined)
      } else core.options.bootstrap.resign() // a root was heard of meanwhile
      return
    }
    if (core.isRoot) {
      if (reign.term > core.term || (reign.term === core.term && reign.root > core.self)) {
        this.#world.deposed()
      }
    } else this.#decided('TREE_TAKEN')
  }

  #decided(code: TreeErrorCode | undefined): void {
    const done = this.#candidacy
    this.#candidacy = undefined
    this.#core.timers.stop('stand')
    done?.(code)
  }
}
