import type { Clock } from '@pigeon/transport'
import { bucketIndex, type PeerId } from '@pigeon/xor'
import type { Reason } from './messages.ts'
import { type Places, SPARE_PLACES } from './places.ts'
import { isNext } from './ring-view.ts'
import type { Settings } from './settings.ts'

/** A bucket with so many links can spare one for an empty bucket. */
const CROWDED = 3

/** A link makes way for a better one this often at most, ms. */
const REPLACE_MS = 60_000

/** What {@link Admission} goes by. */
export interface AdmissionOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly settings: Settings
  readonly places: Pick<Places, 'given'>
}

/** Decides whether a peer that wants a link gets one. */
export class Admission {
  readonly #options: AdmissionOptions
  /** Before that no link makes way for a better one. */
  #replaceAt = 0

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** Whether there is a place for `peer`, free or to be freed. */
  admits(peer: PeerId, why: Reason): boolean {
    const { self, settings, places } = this.#options
    const given = new Set(places.given)
    given.delete(peer)
    if (given.size < settings.maxPeers) return true
    if (why === 'skip') return given.size < settings.maxPeers + SPARE_PLACES
    if (why === 'ring' && isNext(self, given, peer)) return true
    return why === 'fill' && this.#ranksHigher(peer, given)
  }

  /** Whether a newcomer would be the only one of its bucket, where another bucket has plenty. */
  #ranksHigher(peer: PeerId, given: ReadonlySet<PeerId>): boolean {
    const { self, settings, clock } = this.#options
    const now = clock.now()
    const mayReplace = settings.evictionStrategy && settings.xorRouting
    if (!mayReplace || given.size > settings.maxPeers || now < this.#replaceAt) return false
    const counts = new Map<number, number>()
    for (const id of given) {
      const bucket = bucketIndex(self, id)
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
    }
    if (counts.has(bucketIndex(self, peer)) || Math.max(...counts.values()) < CROWDED) return false
    this.#replaceAt = now + REPLACE_MS
    return true
  }
}
