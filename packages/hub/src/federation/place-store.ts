import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Network } from '../network.ts'
import { type Claim, type Digest, mixDigest, NO_DIGEST } from './claim.ts'
import { depthFor } from './places.ts'

/** How long a hub's claims hold without being confirmed, ms. */
const LEASE_MS = 15_000

/** How long claims of a hub out of reach are kept, hidden, ms. */
const HIDDEN_MS = 30_000

/** Where a member is, among all that is claimed of it. */
export interface Located {
  readonly home: PeerId
  readonly counter: number
  readonly isProven: boolean
}

/** What one hub claims in one place. */
interface Share {
  incarnation: number
  version: number
  digest: Digest
  readonly claims: Map<PeerId, Located>
  until: number
  isHidden: boolean
  /** Members of the whole network there, as its hub says, and until when that holds. */
  total: number
  totalUntil: number
}

/** Members of a network whose ids begin alike. */
interface Place {
  readonly network: string
  readonly prefix: string
  /** Those that are in sight, the best claim of each first. */
  readonly members: Network<Located[]>
  readonly shares: Map<PeerId, Share>
  depth: number
}

/** No version is this one. */
const UNFINISHED = -1

/** One claim more, or less. */
export interface Change {
  readonly incarnation: number
  /** The version that this change follows. */
  readonly previous: number
  readonly version: number
  readonly claim: Claim
  readonly isProven: boolean
  readonly isGone: boolean
}

/** Some of the claims of a hub in a place. */
export interface Piece {
  readonly incarnation: number
  readonly version: number
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly claims: readonly { readonly claim: Claim; readonly isProven: boolean }[]
}

/** Options of {@link PlaceStore}. */
export interface PlaceStoreOptions {
  readonly clock: Clock
  readonly isReachable: (hub: PeerId) => boolean
  /** Claims kept of one hub. Default 250,000. */
  readonly maxClaimsPerHub?: number | undefined
  /** Claims kept in all. Default 1,000,000. */
  readonly maxClaims?: number | undefined
}

/**
 * What this hub keeps for all: members of networks by place, as their home hubs claim them. Each hub
 * alone writes its own share, so shares never conflict; of several claims to one id the proven one
 * counts, then the later one.
 */
export class PlaceStore {
  readonly #clock: Clock
  readonly #isReachable: (hub: PeerId) => boolean
  readonly #maxPerHub: number
  readonly #max: number
  readonly #places = new Map<string, Place>()
  readonly #perHub = new Map<PeerId, number>()
  #size = 0

  constructor(options: PlaceStoreOptions) {
    this.#clock = options.clock
    this.#isReachable = options.isReachable
    this.#maxPerHub = options.maxClaimsPerHub ?? 250_000
    this.#max = options.maxClaims ?? 1_000_000
  }

  /** Claims kept. */
  get size(): number {
    return this.#size
  }

  /** Places kept. */
  get places(): number {
    return this.#places.size
  }

  /** The members of a place that are in sight. */
  members(network: string, prefix: string): Network<Located[]> | undefined {
    return this.#places.get(keyOf(network, prefix))?.members
  }

  find(network: string, prefix: string, id: PeerId): Located | undefined {
    return this.members(network, prefix)?.get(id)?.[0]
  }

  /** How many digits the network should be divided by, as far as this place can tell. */
  depth(network: string): number {
    const place = this.#places.get(keyOf(network, ''))
    if (place === undefined) return 0
    let members = 0
    for (const { total, claims, isHidden } of place.shares.values()) {
      // Of claims kept here news comes at once, of the others every few seconds.
      if (!isHidden) members += Math.max(total, claims.size)
    }
    place.depth = depthFor(members, place.depth)
    return place.depth
  }

  /** Whether a hub's share is as it says; if so it holds for another {@link LEASE_MS}. */
  confirm(
    home: PeerId,
    at: { network: string; prefix: string },
    said: { incarnation: number; version: number; digest: Digest; total: number },
  ): boolean {
    const share = this.#share(home, at)
    const { incarnation, version, digest, total } = said
    share.total = total
    share.totalUntil = this.#clock.now() + LEASE_MS
    const { a, b } = share.digest
    if (share.incarnation !== incarnation || share.version !== version) return false
    if (a !== digest.a || b !== digest.b) return false
    this.#renew(home, at, share)
    return true
  }

  /**
   * One claim more, or less.
   * @returns `stale` if changes before this one were missed
   */
  change(home: PeerId, at: { network: string; prefix: string }, change: Change): 'ok' | 'stale' {
    const share = this.#share(home, at)
    const { incarnation, previous, version, claim, isProven, isGone } = change
    if (share.incarnation === incarnation && version <= share.version) return 'ok'
    if (share.version === 0) share.incarnation = incarnation
    const isNext = share.incarnation === incarnation && previous === share.version
    const place = this.#place(at)
    this.#drop(place, home, share, claim.id)
    if (!isGone) this.#put(place, home, share, claim, isProven)
    if (!isNext) return 'stale'
    share.version = version
    this.#renew(home, at, share)
    return 'ok'
  }

  /** All claims of a hub in a place, in pieces, instead of those kept so far. */
  replace(home: PeerId, at: { network: string; prefix: string }, piece: Piece): void {
    const share = this.#share(home, at)
    const place = this.#place(at)
    if (piece.isFirst) {
      for (const id of [...share.claims.keys()]) this.#drop(place, home, share, id)
    }
    for (const { claim, isProven } of piece.claims) {
      this.#drop(place, home, share, claim.id)
      this.#put(place, home, share, claim, isProven)
    }
    share.incarnation = piece.incarnation
    share.version = piece.isLast ? piece.version : UNFINISHED
    this.#renew(home, at, share)
  }

  /** Who can be reached changed: claims of others are hidden, not forgotten at once. */
  look(): void {
    for (const place of this.#places.values()) {
      for (const [home, share] of place.shares) this.#show(place, home, share)
    }
  }

  /** Forgets what nobody confirmed. */
  expire(): void {
    const now = this.#clock.now()
    for (const [key, place] of this.#places) {
      for (const [home, share] of place.shares) {
        const grace = share.isHidden ? HIDDEN_MS : 0
        if (share.until + grace > now) continue
        for (const id of [...share.claims.keys()]) this.#drop(place, home, share, id)
        share.version = 0
        if (share.totalUntil + grace <= now) place.shares.delete(home)
      }
      if (place.shares.size === 0) this.#places.delete(key)
    }
  }

  #place({ network, prefix }: { network: string; prefix: string }): Place {
    const key = keyOf(network, prefix)
    let place = this.#places.get(key)
    if (place === undefined) {
      place = { network, prefix, members: new Network(network), shares: new Map(), depth: 0 }
      this.#places.set(key, place)
    }
    return place
  }

  #share(home: PeerId, at: { network: string; prefix: string }): Share {
    const { shares } = this.#place(at)
    let share = shares.get(home)
    if (share === undefined) {
      const until = this.#clock.now() + LEASE_MS
      const claims = new Map<PeerId, Located>()
      share = {
        incarnation: 0,
        version: 0,
        digest: NO_DIGEST,
        claims,
        until,
        isHidden: false,
        total: 0,
        totalUntil: 0,
      }
      shares.set(home, share)
    }
    return share
  }

  #renew(home: PeerId, at: { network: string; prefix: string }, share: Share): void {
    share.until = this.#clock.now() + LEASE_MS
    this.#show(this.#place(at), home, share)
  }

  #show(place: Place, home: PeerId, share: Share): void {
    const isHidden = !this.#isReachable(home)
    if (isHidden === share.isHidden) return
    share.isHidden = isHidden
    for (const [id, located] of share.claims) {
      if (isHidden) hide(place, id, home)
      else reveal(place, id, located)
    }
  }

  #put(place: Place, home: PeerId, share: Share, claim: Claim, isProven: boolean): void {
    const ofHub = this.#perHub.get(home) ?? 0
    // What does not fit is missing in the sum too, so it is asked for again when there may be room.
    if (ofHub >= this.#maxPerHub || this.#size >= this.#max) return
    const located = { home, counter: claim.counter, isProven }
    share.claims.set(claim.id, located)
    share.digest = mixDigest(share.digest, claim)
    this.#size++
    this.#perHub.set(home, ofHub + 1)
    if (!share.isHidden) reveal(place, claim.id, located)
  }

  #drop(place: Place, home: PeerId, share: Share, id: PeerId): void {
    const located = share.claims.get(id)
    if (located === undefined) return
    share.claims.delete(id)
    share.digest = mixDigest(share.digest, { id, counter: located.counter, evidence: undefined })
    this.#size--
    const left = (this.#perHub.get(home) ?? 1) - 1
    if (left > 0) this.#perHub.set(home, left)
    else this.#perHub.delete(home)
    hide(place, id, home)
  }
}

function keyOf(network: string, prefix: string): string {
  return `${prefix}/${network}`
}

function reveal({ members }: Place, id: PeerId, located: Located): void {
  const others = (members.get(id) ?? []).filter(({ home }) => home !== located.home)
  members.set(id, [...others, located].sort(better))
}

function hide({ members }: Place, id: PeerId, home: PeerId): void {
  const left = members.get(id)?.filter((one) => one.home !== home)
  if (left === undefined) return
  if (left.length === 0) members.delete(id)
  else members.set(id, left)
}

/** The better claim first. */
function better(a: Located, b: Located): number {
  if (a.isProven !== b.isProven) return a.isProven ? -1 : 1
  return b.counter - a.counter || (a.home < b.home ? -1 : 1)
}
