import type { PeerId } from '@pigeon/xor'
import type { Address } from './address.ts'
import type { Lease } from './bodies.ts'
import type { Limits } from './options.ts'
import { SKEW_MS } from './shelf.ts'

/** A subscription ends after so many renewals that did not come. */
const RENEWALS = 3

/** What is held for the subscribers of one record. */
export interface Followers {
  readonly at: readonly PeerId[]
  readonly leases: Map<PeerId, Lease>
  /** At which of its places: a bit each. */
  places: number
  /** Who held them with this peer when last looked at, by place. */
  readonly peers: (readonly PeerId[])[]
}

/** Who wants to hear of which records; each for a while, unless it is renewed. */
export class Leases {
  readonly #limits: Limits
  readonly #now: () => number
  readonly #placesOf: (address: Address) => readonly PeerId[]
  readonly #followers = new Map<Address, Followers>()
  readonly #origins = new Map<PeerId, number>()
  #size = 0

  constructor(
    limits: Limits,
    now: () => number,
    placesOf: (address: Address) => readonly PeerId[],
  ) {
    this.#limits = limits
    this.#now = now
    this.#placesOf = placesOf
  }

  get size(): number {
    return this.#size
  }

  get all(): Iterable<readonly [Address, Followers]> {
    return this.#followers
  }

  get(address: Address): Followers | undefined {
    return this.#followers.get(address)
  }

  /** Whether its time is now. */
  isValid({ time }: Lease): boolean {
    const now = this.#now()
    return time <= now + SKEW_MS && time + this.#lifeMs > now
  }

  /** Takes a lease whose signature holds. @returns whether there was room */
  add(lease: Lease, place: number): boolean {
    const { address, proof } = lease
    const followers = this.#followers.get(address) ?? this.#fresh(address)
    const before = followers.leases.get(proof.id)
    if (before === undefined) {
      const count = this.#origins.get(proof.id) ?? 0
      const { maxLeases, maxLeasesPerKey, maxLeasesPerOrigin } = this.#limits
      if (this.#size >= maxLeases || count >= maxLeasesPerOrigin) return false
      if (followers.leases.size >= maxLeasesPerKey) return false
      this.#origins.set(proof.id, count + 1)
      this.#size++
    }
    followers.places |= 1 << place
    if (before === undefined || before.time < lease.time) followers.leases.set(proof.id, lease)
    this.#followers.set(address, followers)
    return true
  }

  /** Forgets what was not renewed. */
  sweep(): void {
    for (const [address, { leases }] of this.#followers) {
      for (const [id, lease] of leases) if (!this.isValid(lease)) this.#drop(leases, id)
      if (leases.size === 0) this.#followers.delete(address)
    }
  }

  /** Forgets all of one record. */
  delete(address: Address): void {
    const leases = this.#followers.get(address)?.leases ?? new Map()
    for (const id of [...leases.keys()]) this.#drop(leases, id)
    this.#followers.delete(address)
  }

  get #lifeMs(): number {
    return RENEWALS * this.#limits.renewMs
  }

  #fresh(address: Address): Followers {
    const at = this.#placesOf(address)
    return { at, leases: new Map(), places: 0, peers: at.map(() => []) }
  }

  #drop(leases: Map<PeerId, Lease>, id: PeerId): void {
    leases.delete(id)
    this.#size--
    const left = (this.#origins.get(id) ?? 1) - 1
    if (left === 0) this.#origins.delete(id)
    else this.#origins.set(id, left)
  }
}
