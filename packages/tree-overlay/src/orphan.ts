import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import { Why } from './join-request.ts'
import type { Joining } from './joining.ts'
import type { OrphanLetter } from './vacancies.ts'

/**
 * When others are asked, ms after the parent was found gone, and who besides its ancestors: the
 * root last. Where the root itself is to fill the place, it hears of it from some of the orphans
 * first.
 */
const ROUNDS = [
  { atMs: 0, aunts: false, owner: 0, root: false },
  { atMs: 100, aunts: true, owner: 0.25, root: false },
  { atMs: 400, aunts: true, owner: 1, root: false },
  { atMs: 900, aunts: true, owner: 1, root: true },
] as const

/** When any place will do, ms after that. */
const ANYWHERE_MS = 2500

/** How long an invitation is kept that came before the parent was found gone, ms. */
const INVITED_MS = 5000

/** How long it is known who stands in for the former parent, ms. */
const SUCCESSOR_MS = 30_000

/** Letters kept for whoever will stand in for the parent. */
const WAITING_LIMIT = 32

/** What a leaf, or the owner of a dead one's place, says. */
interface Invitation {
  readonly dead: PeerId
  readonly generation: number
  readonly to: PeerId
  readonly at: number
}

/** What {@link Orphan} needs of the other parts. */
export interface OrphanWorld {
  readonly joining: Joining
  /** Leaves that may take the parent's place. */
  spares(): readonly PeerId[]
  /** Leaves the present parent, that has had no word of a root for long. */
  leave(): void
}

/**
 * A node whose parent is gone: asks the parent's parent, and theirs, who stands in; goes to the leaf
 * that invites it, with all its subtree; and if nobody does, joins anew.
 */
export class Orphan {
  readonly #core: Core
  readonly #world: OrphanWorld
  #dead: PeerId | undefined
  #path: readonly PeerId[] = []
  #generation = 0
  #since = 0
  #invitation: Invitation | undefined
  /** Who stands in for the former parent. */
  #successor: Invitation | undefined
  #waiting: OrphanLetter[] = []

  constructor(core: Core, world: OrphanWorld) {
    this.#core = core
    this.#world = world
  }

  /** The parent that is gone; `undefined` while there is one, or after another was found. */
  get dead(): PeerId | undefined {
    return this.#dead
  }

  /** The parent is gone. */
  begin(parent: PeerId): void {
    const core = this.#core
    this.#dead = parent
    this.#since = core.now()
    this.#path = core.path
    this.#generation = core.parentGeneration
    const invitation = this.#invitation
    if (invitation?.dead === parent && core.now() - invitation.at < INVITED_MS) {
      this.#accept(invitation)
    } else if (this.#path.length === 0) this.joinAnywhere()
    else this.#ask(0)
  }

  /**
   * Looks for any place, at once.
   * @param tried a node that there is no way to
   */
  joinAnywhere(tried?: PeerId): void {
    this.#stopAsking()
    this.#world.joining.start({ why: Why.join, tried })
  }

  /** There is a parent again, or none is wanted. */
  end(): void {
    this.#dead = undefined
    this.#invitation = undefined
    this.#waiting = []
    this.#stopAsking()
  }

  /** Somebody says where to go. */
  invited(dead: PeerId, generation: number, to: PeerId): void {
    const core = this.#core
    const invitation: Invitation = { dead, generation, to, at: core.now() }
    if (this.#dead !== undefined) {
      const { joining } = this.#world
      const isNewer = generation > this.#generation || to === dead
      if (dead === this.#dead && isNewer && !joining.isAnswered) this.#accept(invitation)
    } else if (core.parent?.peer === dead && generation > core.parentGeneration) {
      this.#invitation = invitation
      if (!core.isFresh || core.isOverdue(core.parent)) this.#world.leave()
    }
  }

  /** A node asks whose parent, and this one's, or an ancestor of both, died. */
  asked(letter: OrphanLetter): void {
    const core = this.#core
    const { path } = letter
    const successor = this.#successor
    if (successor && core.now() - successor.at < SUCCESSOR_MS && path.includes(successor.dead)) {
      core.letter(successor.to, { ...letter, as: successor.dead })
    } else if (this.#dead !== undefined && path.includes(this.#dead)) {
      if (this.#waiting.length < WAITING_LIMIT) this.#waiting.push(letter)
    }
  }

  #accept(invitation: Invitation): void {
    const { dead, generation, to } = invitation
    const { joining } = this.#world
    if (joining.goal?.why === Why.move && joining.goal.target === to) return
    this.#invitation = undefined
    if (to !== dead) {
      this.#successor = invitation
      const waiting = this.#waiting
      this.#waiting = []
      for (const letter of waiting) this.asked(letter)
    }
    this.#stopAsking()
    joining.start({
      why: Why.move,
      target: to,
      dead,
      generation,
      failed: () => this.#failed(to),
    })
  }

  /** It came to nothing there. */
  #failed(to: PeerId): void {
    const dead = this.#dead
    // That the parent lives, and cannot be linked with again, need not be heard of twice.
    if (to === dead) this.joinAnywhere(dead)
    else if (this.#core.now() - this.#since < ANYWHERE_MS) this.#ask(2)
    else this.joinAnywhere()
  }

  #ask(round: number): void {
    const core = this.#core
    const [root] = this.#path
    const letter = {
      kind: 'orphan',
      path: this.#path,
      generation: this.#generation,
      spares: this.#world.spares(),
      as: undefined,
      orphan: core.self,
    } as const
    const now = ROUNDS[round] as (typeof ROUNDS)[number]
    const asksOwner = this.#path.length === 2 && core.fraction() < now.owner
    for (const ancestor of this.#path) {
      const isParent = ancestor === this.#dead
      if (ancestor !== root || isParent || now.root || asksOwner) core.letter(ancestor, letter)
    }
    if (now.aunts) for (const aunt of core.aunts) core.letter(aunt, letter)
    const next = ROUNDS[round + 1]
    core.timers.set('orphan', (next?.atMs ?? ANYWHERE_MS) - now.atMs, () => {
      if (next === undefined) this.joinAnywhere()
      else this.#ask(round + 1)
    })
  }

  #stopAsking(): void {
    this.#core.timers.stop('orphan')
  }
}
