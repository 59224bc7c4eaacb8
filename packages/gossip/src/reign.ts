import type { ByteReader } from '@pigeon/transport'
import { when } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  type Beacon,
  beaconBytes,
  decodeBeacon,
  encodeBeacon,
  isBetter,
  isSame,
  sameReign,
  WORST_RANK,
} from './beacon.ts'
import type { Core } from './core.ts'
import { Kind } from './kind.ts'
import type { Neighbour } from './neighbour.ts'
import { renewPings } from './pings.ts'

/** When a root repeats its beacon for the first time, and from then on, ms. */
const FIRST_REPEAT_MS = 2000
const REPEAT_MS = 30_000

/** A root that was silent for so long is given up by whoever publishes, ms. */
const SILENCE_MS = 105_000

/** A root speaks on request, and a request is passed on, so often at most, ms. */
const ASK_MS = 5000

/** Who has a rank below so much of the root's takes its place: the best ones first. */
const STAND_RATIO = 0.8
const STAND_MS = 500
const STAND_RANK_MS = 100
const STAND_FROM_RANK = 10

/** One new beacon of a root is listened to in so long, ms. */
const MIN_REPEAT_MS = 1000

/** Terms rise by one; a neighbour that skips more than this is not believed. */
const MAX_TERM_JUMP = 2 ** 20

/** A peer this far from the root is not in its tree, ms. */
const MAX_DIST_MS = 60_000

/** Beacons being checked at a time. */
const MAX_CHECKS = 64

/**
 * Who is the root, and how far away: the best beacon known rules, and each peer passes it on once.
 * A peer becomes root if it publishes and there is none, if it would be a much better one, or if
 * it has lost every way to the one there is.
 */
export class Reign {
  /** The beacon that rules. */
  beacon: Beacon | undefined
  /** How far its root is, ms. */
  dist = 0
  readonly #core: Core
  #heardAt = 0
  #askedAt = 0
  /** Beacons whose proof is being checked. */
  #checks = 0

  constructor(core: Core) {
    this.#core = core
  }

  get isRoot(): boolean {
    return this.beacon?.root === this.#self
  }

  /** Becomes the root if nobody is. */
  wake(): void {
    const { now } = this.#core
    if (this.beacon === undefined || now() - this.#heardAt > SILENCE_MS) this.stand()
  }

  /** Becomes the root. @param term that of the present one to take its place, else a new one */
  stand(term: number = (this.beacon?.term ?? 0) + 1): void {
    this.#announce({ term, rank: this.#rank(), root: this.#self, sequence: 1 })
  }

  /** Tells a neighbour which beacon rules. */
  tell(link: Neighbour): void {
    if (this.beacon) this.#core.links.send(link, encodeBeacon(this.beacon, this.dist))
  }

  /** @throws WireError if it is no beacon */
  received(link: Neighbour, reader: ByteReader): void {
    const { options, tree, blame } = this.#core
    const { beacon, dist } = decodeBeacon(reader)
    link.beacon = beacon
    link.dist = dist
    if (isSame(beacon, this.beacon)) {
      tree.confirmed()
      return
    }
    if (!isBetter(beacon, this.beacon) || this.#checks >= MAX_CHECKS) return
    if (!this.#isCredible(link, beacon, dist)) return
    const { verify, domain = '' } = options
    this.#checks++
    when(
      () => verify?.(beaconBytes(domain, beacon), beacon.proof, beacon.root) ?? true,
      (holds) => {
        this.#checks--
        if (holds !== true) blame(link, 'forged')
        else if (isBetter(beacon, this.beacon)) this.#adopt(beacon, link)
      },
    )
  }

  /** A neighbour has lost its way to the root, and asks it to speak up. */
  asked(link: Neighbour): void {
    const { links, timers, tree, now } = this.#core
    if (!isSame(link.beacon, this.beacon)) this.tell(link)
    else if (this.isRoot) {
      timers.set('repeat', Math.max(0, this.#heardAt + ASK_MS - now()), () => this.#repeat())
    } else if (tree.parent !== undefined && now() - this.#askedAt >= ASK_MS) {
      this.#askedAt = now()
      links.send(tree.parent, Uint8Array.of(Kind.ask))
    }
  }

  get #self(): PeerId {
    return this.#core.options.transport.self
  }

  #isCredible(link: Neighbour, beacon: Beacon, dist: number): boolean {
    const now = this.#core.now()
    if (beacon.term > (this.beacon?.term ?? 0) + MAX_TERM_JUMP || dist > MAX_DIST_MS) return false
    if (sameReign(beacon, this.beacon)) return now - this.#heardAt >= MIN_REPEAT_MS
    return link.roots.take(1, now)
  }

  /** @param link where it came from, if it is not this peer's own */
  #adopt(beacon: Beacon, link?: Neighbour): void {
    const { links, timers, tree, now } = this.#core
    const isNew = !sameReign(beacon, this.beacon)
    this.beacon = beacon
    this.#heardAt = now()
    timers.stop('repeat')
    if (this.isRoot) {
      // Also when it is one of an earlier life, that others still go by.
      this.dist = 0
      timers.set('repeat', isNew ? FIRST_REPEAT_MS : REPEAT_MS, () => this.#repeat())
    } else if (link !== undefined) {
      this.dist = Math.max(link.dist + 1, Math.round(link.costMs))
    }
    tree.reigned()
    for (const other of links.list) if (other !== link) this.tell(other)
    this.#consider(beacon)
    renewPings(this.#core)
  }

  /** Stands for root if it would be a much better one. */
  #consider(beacon: Beacon): void {
    const { timers } = this.#core
    const rank = this.#rank()
    if (rank >= STAND_RATIO * beacon.rank) timers.stop('stand')
    else if (!timers.has('stand')) {
      const wait = STAND_MS + STAND_RANK_MS * (rank - STAND_FROM_RANK)
      timers.set('stand', Math.max(0, wait), () => {
        const { rank: ruling, term } = this.beacon as Beacon
        if (this.#rank() < STAND_RATIO * ruling) this.stand(term)
      })
    }
  }

  #rank(): number {
    const delays = this.#core.links.list.flatMap(({ delayMs }) => delayMs ?? [])
    const [a, b, c] = delays.sort((one, other) => one - other)
    if (a === undefined || b === undefined || c === undefined) return WORST_RANK
    return Math.min(WORST_RANK, Math.round((a + b + c) / 3))
  }

  #repeat(): void {
    const { term, rank, root, sequence } = this.beacon as Beacon
    this.#announce({ term, rank, root, sequence: sequence + 1 })
  }

  #announce(unsigned: Omit<Beacon, 'proof'>): void {
    const { sign, domain = '' } = this.#core.options
    const beacon = { ...unsigned, proof: new Uint8Array(0) }
    when(
      () => sign?.(beaconBytes(domain, beacon)) ?? beacon.proof,
      (proof) => {
        if (proof !== undefined && isBetter(beacon, this.beacon)) this.#adopt({ ...beacon, proof })
      },
    )
  }
}
