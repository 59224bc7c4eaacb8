import { TokenBucket } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Admission } from './admission.ts'
import type { Core } from './core.ts'
import { Why } from './join-request.ts'
import type { Joining } from './joining.ts'
import { Kind } from './kind.ts'
import { decodeLetter, type Letter, Nack } from './letters.ts'
import type { Neighbour } from './neighbour.ts'
import type { Orphan } from './orphan.ts'
import type { Places } from './places.ts'
import type { Promotion } from './promotion.ts'
import type { RelayLinks } from './relay-links.ts'
import type { OrphanLetter, Vacancies } from './vacancies.ts'

/** Bytes that a letter carries. */
const MAX_LETTER_BYTES = 2 ** 20

/** Seconds of letters that may come at once. */
const BURST_SECONDS = 4

/** Whom letters are for. */
export interface MailParts {
  readonly admission: Admission
  readonly joining: Joining
  readonly places: Places
  readonly vacancies: Vacancies
  readonly promotion: Promotion
  readonly orphan: Orphan
  readonly relays: RelayLinks
  /** A child that others found dead, and that is silent here, too. */
  gone(child: Neighbour): void
}

/** Takes letters, and hands each to the part of the node that it is for. */
export class Mail {
  readonly #core: Core
  readonly #parts: MailParts
  readonly #rate: TokenBucket

  constructor(core: Core, parts: MailParts) {
    this.#core = core
    this.#parts = parts
    const { letterRate } = core.limits
    this.#rate = new TokenBucket(letterRate, letterRate * BURST_SECONDS, core.now())
  }

  take(from: PeerId, bytes: Uint8Array): void {
    const core = this.#core
    if (core.closed || from === core.self) return
    if (!this.#rate.take(1, core.now())) {
      core.rejected++
      return
    }
    try {
      if (bytes[0] === Kind.join) this.#parts.admission.request(bytes, from)
      else this.#letter(from, decodeLetter(bytes, MAX_LETTER_BYTES))
    } catch {
      core.rejected++
    }
  }

  #letter(from: PeerId, letter: Letter): void {
    const { admission, joining, vacancies, promotion, orphan, relays } = this.#parts
    switch (letter.kind) {
      case 'answer':
        joining.answered(from, letter.id, letter.bytes)
        return
      case 'signal':
        if (!joining.signal(from, letter.id, letter.bytes)) {
          admission.signal(from, letter.id, letter.bytes)
        }
        return
      case 'nack':
        if (letter.reason === Nack.stale) admission.withdrawn(from, letter.id)
        else joining.refused(letter.id, letter.reason, letter.retryMs)
        return
      case 'orphan':
        this.#orphan(from, letter)
        return
      case 'promote':
        promotion.ordered(from, letter.dead, letter.generation, letter.kin)
        return
      case 'pending':
        vacancies.answered(from, letter.dead, letter.generation, letter.willing)
        return
      case 'move':
        orphan.invited(letter.dead, letter.generation, letter.to)
        return
      case 'pull':
        this.#pulled(from, letter.to)
        return
      case 'relay':
        relays.letter(from, letter.id, letter.op, letter.bytes)
    }
  }

  /** Somebody below lost its parent, or a node on its way to the root. */
  #orphan(from: PeerId, letter: OrphanLetter): void {
    const core = this.#core
    const { places, vacancies, promotion } = this.#parts
    const { path, as, orphan } = letter
    if (as === undefined && orphan !== from) {
      core.rejected++
      return
    }
    const at = path.indexOf(as ?? core.self)
    if (at < 0) this.#parts.orphan.asked(letter)
    if (at < 0 || (as !== undefined && !promotion.confirmed(as))) return
    const next = path[at + 1]
    if (next === undefined) {
      // It is a child: of this node, or of the one whose place this node took.
      vacancies.alive(orphan)
      const dead = as ?? core.self
      const generation = promotion.generationOf(dead) ?? letter.generation
      core.letter(orphan, { kind: 'move', dead, generation, to: core.self })
      return
    }
    // Who does not say that it was the parent that died is no witness to its death.
    if (as !== undefined && next !== path.at(-1) && promotion.isNew(as)) return
    if (places.isCandidate(next)) return
    const child = places.children.get(next)
    if (child === undefined) vacancies.orphan(next, letter, as !== undefined)
    else {
      child.remember(() => vacancies.orphan(next, letter, false))
      // Two who hear nothing of it need not wait as long as one.
      if (next === path.at(-1) && core.isOverdue(child)) this.#parts.gone(child)
    }
  }

  /** There is a place nearer to the root: a leaf goes there, and keeps its parent until it is in. */
  #pulled(from: PeerId, to: PeerId): void {
    const core = this.#core
    const { joining, places } = this.#parts
    const { parent, path } = core
    if (parent === undefined || parent.peer === to || joining.goal !== undefined) return
    if (!places.isEmpty || !path.includes(from) || to === core.self) return
    joining.start({ why: Why.pull, target: to, failed: () => {} })
  }
}
