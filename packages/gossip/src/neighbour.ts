import { TokenBucket } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Beacon } from './beacon.ts'
import type { Entry } from './entry.ts'
import type { Limits } from './options.ts'

/** A link whose delay was not measured yet counts as this slow, ms. */
const UNKNOWN_DELAY_MS = 50

/** What a peer knows of one link. */
export class Neighbour {
  readonly id: PeerId
  readonly upAt: number

  /** Whether this peer is the other's parent. */
  child = false
  /** How the other side asked for that: its number, and whether it has nobody else. */
  joinNumber = 0
  hasNoOther = false
  /** Whether one side said that whole messages need not come this way; until then they do. */
  lazy = false
  /** When it was told so last. */
  prunedAt: number = Number.NEGATIVE_INFINITY
  /** What the other side announced last, and how far from the root it is, ms. */
  beacon: Beacon | undefined
  dist = 0
  /** The beacon under which it refused to be a parent. */
  refused: Beacon | undefined
  /** Not to be a parent before. */
  quarantinedUntil = 0

  /** How long a frame takes to it, ms, and when that was measured. */
  delayMs: number | undefined
  measuredAt = 0
  pingedAt = 0
  /** How far its clock is ahead, ms. */
  clockAheadMs: number | undefined

  /** When it was last told of messages. */
  toldAt = 0
  /** What it is to be told of. */
  news: Entry[] = []

  /** Its transport takes nothing more for now. */
  congested = false
  /** Frames that wait for that to end, oldest first. */
  control: Uint8Array[] = []
  /** Whole messages that wait, and bits of `Copy` for each. */
  copies: { readonly entry: Entry; readonly flags: number }[] = []

  /** Missing messages that it was the first to announce. */
  announced = 0
  /** Messages it was asked for and did not send yet, and when, oldest first. */
  readonly promises: Map<string, number> = new Map()
  /** When it last sent one. */
  keptAt = 0

  /** Falls with rubbish and broken promises; heals with time. */
  score = 0
  scoreAt: number

  /** What it may send and ask for. */
  readonly bytes: TokenBucket
  readonly pulls: TokenBucket
  readonly digests: TokenBucket
  readonly roots: TokenBucket
  readonly joins: TokenBucket

  constructor(id: PeerId, { linkByteRate, pullRate }: Limits, now: number) {
    this.id = id
    this.upAt = now
    this.scoreAt = now
    this.bytes = new TokenBucket(linkByteRate, 4 * linkByteRate, now)
    this.pulls = new TokenBucket(pullRate, 4 * pullRate, now)
    this.digests = new TokenBucket(1, 8, now)
    this.roots = new TokenBucket(1 / 5, 16, now)
    this.joins = new TokenBucket(1 / 5, 4, now)
  }

  /** How far from the root this peer would be with it as parent, ms. */
  get costMs(): number {
    return this.dist + (this.delayMs ?? UNKNOWN_DELAY_MS)
  }
}
