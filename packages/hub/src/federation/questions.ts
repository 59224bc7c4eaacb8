import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { discover, RANDOM_PEERS, RING_PEERS_EACH_SIDE } from '../discovery.ts'
import type { HubRouter } from './hub-router.ts'
import type { Located, PlaceStore } from './place-store.ts'
import {
  decodeAnswer,
  decodeQuestion,
  encodeAnswer,
  encodeQuestion,
  type Homes,
  MAX_NAMED,
  type Question,
} from './question-messages.ts'
import { Service } from './service.ts'

/** A keeper that does not answer in so long is passed over, ms. */
const ANSWER_MS = 1000

/** Questions that may be open at once. */
const MAX_OPEN = 20_000

interface Open {
  readonly question: Question
  readonly owners: readonly PeerId[]
  readonly found: Map<PeerId, PeerId>
  /** Asked, and silent so far. */
  readonly pending: Set<PeerId>
  readonly done: (found: Homes) => void
  asked: number
  wanted: number
  at: number
}

/** Options of {@link Questions}. */
export interface QuestionsOptions {
  readonly router: HubRouter
  readonly clock: Clock
  readonly random: Random
  readonly store: PlaceStore
}

/** Asks two of a place's keepers, and a third if one does not answer; answers those who ask here. */
export class Questions {
  /** Questions asked of other hubs, answered for them, and given up. */
  readonly stats: { asked: number; answered: number; lost: number } = {
    asked: 0,
    answered: 0,
    lost: 0,
  }
  readonly #options: QuestionsOptions
  readonly #open = new Map<number, Open>()
  #next = 1
  #cancel: (() => void) | undefined

  constructor(options: QuestionsOptions) {
    this.#options = options
    const { router } = options
    router.serve(Service.QUESTION, (from, body) => this.#question(from, body))
    router.serve(Service.ANSWER, (from, body) => this.#answer(from, body))
  }

  /**
   * @param owners nearest first
   * @param done called once, perhaps before this returns; with nobody, if nobody answered
   */
  ask(question: Question, owners: readonly PeerId[], done: (found: Homes) => void): void {
    const { router, clock } = this.#options
    const found = new Map<PeerId, PeerId>()
    // One's own answer costs nothing, and is one of two.
    const isKeeper = owners.includes(router.self)
    if (isKeeper) merge(found, this.#look(question))
    const others = owners.filter((owner) => owner !== router.self)
    const isFound = question.kind === 'find' && found.size > 0
    const wanted = isFound ? 0 : Math.min(others.length, isKeeper ? 1 : 2)
    if (wanted === 0 || this.#open.size >= MAX_OPEN) {
      done(found)
      return
    }
    const number = this.#next++
    const pending = new Set<PeerId>()
    const asked = { asked: 0, wanted, at: clock.now() }
    const open: Open = { question, owners: others, found, pending, done, ...asked }
    this.#open.set(number, open)
    while (open.asked < wanted) this.#send(number, open)
    this.#cancel ??= clock.after(ANSWER_MS / 2, () => this.#tick())
  }

  close(): void {
    this.#cancel?.()
    this.#open.clear()
  }

  #send(number: number, open: Open): void {
    const to = open.owners[open.asked++] as PeerId
    open.pending.add(to)
    this.stats.asked++
    this.#options.router.send(to, Service.QUESTION, encodeQuestion(number, open.question))
  }

  #question(from: PeerId, body: Uint8Array): void {
    const asked = decodeQuestion(body)
    if (asked === undefined) return
    this.stats.answered++
    const answer = encodeAnswer(asked.number, this.#look(asked.question))
    this.#options.router.send(from, Service.ANSWER, answer)
  }

  #answer(from: PeerId, body: Uint8Array): void {
    const answer = decodeAnswer(body)
    if (answer === undefined) return
    const { number, homes } = answer
    const open = this.#open.get(number)
    // Only those that were asked are heard, and once.
    if (open === undefined || !open.pending.delete(from)) return
    merge(open.found, homes)
    open.wanted--
    const isFound = open.question.kind === 'find' && open.found.size > 0
    if (open.wanted <= 0 || isFound) this.#settle(number, open)
  }

  #settle(number: number, open: Open): void {
    this.#open.delete(number)
    open.done(open.found)
  }

  /** Who did not answer is passed over for the next, once; then what there is must do. */
  #tick(): void {
    this.#cancel = undefined
    const { clock } = this.#options
    for (const [number, open] of [...this.#open]) {
      if (clock.now() - open.at < ANSWER_MS) continue
      open.at = clock.now()
      if (open.asked < open.owners.length) this.#send(number, open)
      else {
        this.stats.lost++
        this.#settle(number, open)
      }
    }
    if (this.#open.size > 0) this.#cancel = clock.after(ANSWER_MS / 2, () => this.#tick())
  }

  #look({ kind, network, prefix, id }: Question): Map<PeerId, PeerId> {
    const { store, random } = this.#options
    const members = store.members(network, prefix)
    if (members === undefined) return new Map()
    const homeOf = (one: PeerId): PeerId => (members.get(one) as Located[])[0]?.home as PeerId
    const homes = (ids: readonly PeerId[]): Map<PeerId, PeerId> =>
      new Map(ids.slice(0, MAX_NAMED).map((one) => [one, homeOf(one)] as const))
    switch (kind) {
      case 'find':
        return homes(members.get(id) === undefined ? [] : [id])
      case 'discover':
        return homes(discover(members, id, random))
      case 'sample':
        return homes(members.sample(RANDOM_PEERS, random))
      case 'up':
      case 'down':
        return homes(members.ringNeighbours(id, RING_PEERS_EACH_SIDE))
    }
  }
}

function merge(into: Map<PeerId, PeerId>, from: Homes): void {
  for (const [id, home] of from) into.set(id, home)
}
