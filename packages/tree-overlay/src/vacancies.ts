import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import type { Letter } from './letters.ts'
import type { Neighbour } from './neighbour.ts'
import type { Places } from './places.ts'
import type { Slot } from './slot.ts'
import type { Vacancy } from './vacancy.ts'

/** How long a leaf may take to say that it is at it, ms. */
const ASKED_MS = 400

/** How long it may take to come, ms. */
const PENDING_MS = 5000

/** How long it is remembered who took whose place, ms. */
const REMEMBER_MS = 30_000

/** Spares kept for one vacancy. */
const SPARES = 16

/** A letter of an orphan. */
export type OrphanLetter = Letter & { readonly kind: 'orphan' }

/**
 * The places of children that died, on the side of their parent: orders a leaf from below into the
 * place, under a generation that grows, and tells orphans who it is.
 */
export class Vacancies {
  /** Orders given. */
  orders = 0
  readonly #core: Core
  readonly #places: Places
  /** Oldest first. */
  readonly #all = new Map<PeerId, Vacancy>()

  constructor(core: Core, places: Places) {
    this.#core = core
    this.#places = places
  }

  get size(): number {
    return this.#all.size
  }

  /** A child is gone, and its place is free. */
  lost(slot: Slot | undefined, child: Neighbour): void {
    const { peer, generation, status } = child
    const vacancy = this.#open(peer, generation + 1, status?.kin ?? [], status?.spares ?? [])
    if (child.isLeaf) vacancy.state = 'over'
    else {
      if (slot?.isFree) slot.vacancy = vacancy
      this.#order(vacancy)
    }
  }

  /** The vacancy that a leaf was ordered into, and its place. */
  place(dead: PeerId, generation: number): { slot: Slot; vacancy: Vacancy } | undefined {
    const vacancy = this.#all.get(dead)
    if (vacancy?.generation !== generation || vacancy.state === 'filled') return undefined
    const slot = this.#places.slots.find((kept) => kept.vacancy === vacancy && !kept.candidate)
    return slot && { slot, vacancy }
  }

  /** Somebody is in its place. */
  filled(slot: Slot): void {
    const { vacancy } = slot
    slot.vacancy = undefined
    if (vacancy === undefined) return
    vacancy.state = 'filled'
    this.#core.timers.set(vacancy, REMEMBER_MS, () => this.#forget(vacancy))
  }

  /** The leaf that was to come cannot. */
  failed(vacancy: Vacancy): void {
    if (vacancy.state === 'asked' || vacancy.state === 'pending') this.#order(vacancy)
  }

  /** A leaf says whether it is at it. */
  answered(from: PeerId, dead: PeerId, generation: number, willing: boolean): void {
    const vacancy = this.#all.get(dead)
    if (vacancy?.leaf !== from || vacancy.generation !== generation) return
    if (vacancy.state !== 'asked') return
    if (!willing) {
      this.#order(vacancy)
      return
    }
    vacancy.state = 'pending'
    this.#core.timers.set(vacancy, PENDING_MS, () => this.#giveUp(vacancy))
  }

  /**
   * Something below a child asks what to do.
   * @param child the next node on the way to it, which is no child any more
   * @param inherited whether it never was, but that of the one whose place this node took
   */
  orphan(child: PeerId, letter: OrphanLetter, inherited: boolean): void {
    const { path, orphan, spares, generation: known } = letter
    const isNew = inherited && !this.#all.has(child)
    const vacancy = isNew ? this.#open(child, known + 1, [], []) : this.#all.get(child)
    if (vacancy === undefined) return
    const isParent = path.at(-1) === child
    if (isParent) vacancy.kin.add(orphan)
    for (const spare of spares) {
      if (vacancy.spares.length < SPARES && !vacancy.asked.has(spare)) vacancy.spares.push(spare)
    }
    if (vacancy.leaf === undefined || vacancy.state === 'over') this.#reopen(vacancy)
    const { leaf, dead, generation } = vacancy
    if (leaf === undefined || vacancy.state === 'over') return
    if (!isParent) this.#core.letter(leaf, { ...letter, as: dead })
    else if (leaf !== orphan) {
      this.#core.letter(orphan, { kind: 'move', dead, generation, to: leaf })
    }
  }

  /** A child that was thought dead is not. */
  alive(peer: PeerId): void {
    const vacancy = this.#all.get(peer)
    if (vacancy !== undefined && vacancy.state !== 'filled') this.#giveUp(vacancy)
  }

  #open(
    dead: PeerId,
    generation: number,
    kin: readonly PeerId[],
    spares: readonly PeerId[],
  ): Vacancy {
    const before = this.#all.get(dead)
    if (before !== undefined) this.#forget(before)
    const vacancy: Vacancy = {
      dead,
      generation,
      kin: new Set(kin),
      spares: [...spares],
      asked: new Set(),
      leaf: undefined,
      state: 'open',
    }
    this.#all.set(dead, vacancy)
    if (this.#all.size > this.#core.limits.vacancies) {
      const [oldest] = this.#all.values()
      this.#forget(oldest as Vacancy)
    }
    this.#core.timers.set(vacancy, REMEMBER_MS, () => this.#forget(vacancy))
    return vacancy
  }

  /** There may be somebody to ask by now. */
  #reopen(vacancy: Vacancy): void {
    if (!this.#places.slots.some((slot) => slot.vacancy === vacancy)) {
      const slot = this.#places.take()
      if (slot === undefined) return
      slot.vacancy = vacancy
    }
    this.#order(vacancy)
  }

  #order(vacancy: Vacancy): void {
    const { dead, generation, kin, spares, asked } = vacancy
    const leaf = spares.find((spare) => !asked.has(spare))
    vacancy.leaf = leaf
    if (leaf === undefined) {
      vacancy.state = 'open'
      this.#core.timers.set(vacancy, PENDING_MS, () => this.#giveUp(vacancy))
      return
    }
    asked.add(leaf)
    vacancy.state = 'asked'
    this.orders++
    const others = [...kin].filter((peer) => peer !== leaf).slice(0, 250)
    this.#core.letter(leaf, { kind: 'promote', dead, generation, kin: others })
    this.#core.timers.set(vacancy, ASKED_MS, () => this.#order(vacancy))
  }

  /** The place is free for others. Late orphans may still reopen it. */
  #giveUp(vacancy: Vacancy): void {
    vacancy.state = 'over'
    vacancy.leaf = undefined
    this.#free(vacancy)
    this.#core.timers.set(vacancy, REMEMBER_MS, () => this.#forget(vacancy))
  }

  #forget(vacancy: Vacancy): void {
    if (this.#all.get(vacancy.dead) === vacancy) this.#all.delete(vacancy.dead)
    this.#core.timers.stop(vacancy)
    this.#free(vacancy)
  }

  #free(vacancy: Vacancy): void {
    for (const slot of this.#places.slots) if (slot.vacancy === vacancy) slot.vacancy = undefined
  }
}
