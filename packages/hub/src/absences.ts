import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubLimits } from './limits.ts'

/** A message that waits for its receiver. */
export interface Kept {
  readonly from: PeerId
  readonly bytes: Uint8Array
}

/** Who may fetch what is kept: the one who knows the session, or proves the id. */
export interface Owner {
  readonly session: string
  readonly proven: boolean
}

interface Absence {
  readonly network: string
  readonly id: PeerId
  readonly owner: Owner
  readonly until: number
  readonly kept: Kept[]
  bytes: number
}

/**
 * Members whose connection was lost a moment ago, and what was sent to them since.
 *
 * Invariants: of one network and id there is at most one; nothing is kept longer than `offlineMs`,
 * and never more messages or bytes than the limits say, for one or in all.
 */
export class Absences {
  readonly #clock: Clock
  readonly #limits: HubLimits
  readonly #expired: (network: string, id: PeerId, kept: readonly Kept[]) => void
  /** By network and id; the oldest first, which is the first to end. */
  readonly #absences = new Map<string, Absence>()
  #bytes = 0
  #cancel: (() => void) | undefined

  /** @param expired nobody came for this */
  constructor(
    clock: Clock,
    limits: HubLimits,
    expired: (network: string, id: PeerId, kept: readonly Kept[]) => void,
  ) {
    this.#clock = clock
    this.#limits = limits
    this.#expired = expired
  }

  get size(): number {
    return this.#absences.size
  }

  /** Bytes kept for all. */
  get bytes(): number {
    return this.#bytes
  }

  /** A member's connection was lost. */
  add(network: string, id: PeerId, owner: Owner): void {
    const { offlineMs, maxConnections } = this.#limits
    if (offlineMs === 0) return
    this.#drop(keyOf(network, id))
    // Absent members had connections: there are as many at once only if somebody makes them so.
    for (const oldest of this.#absences.keys()) {
      if (this.#absences.size < maxConnections) break
      this.#drop(oldest)
    }
    const until = this.#clock.now() + offlineMs
    const absence = { network, id, owner, until, kept: [], bytes: 0 }
    this.#absences.set(keyOf(network, id), absence)
    this.#arm()
  }

  /** Keeps a copy of a message for an absent member. @returns whether there is one, and room */
  keep(network: string, id: PeerId, from: PeerId, bytes: Uint8Array): boolean {
    const absence = this.#absences.get(keyOf(network, id))
    const { offlineMessages, offlineBytes, offlineTotalBytes } = this.#limits
    if (absence === undefined || absence.kept.length >= offlineMessages) return false
    if (absence.bytes + bytes.length > offlineBytes) return false
    if (this.#bytes + bytes.length > offlineTotalBytes) return false
    absence.kept.push({ from, bytes: new Uint8Array(bytes) })
    absence.bytes += bytes.length
    this.#bytes += bytes.length
    return true
  }

  /** The id is a member again. @returns what was kept, if it is the same one */
  take(network: string, id: PeerId, claim: Owner): readonly Kept[] {
    const absence = this.#absences.get(keyOf(network, id))
    if (absence === undefined) return []
    this.#remove(absence)
    const { owner } = absence
    const same = claim.proven || (!owner.proven && claim.session === owner.session)
    return same ? absence.kept : []
  }

  /** Forgets all, without a word. */
  clear(): void {
    this.#absences.clear()
    this.#bytes = 0
    this.#cancel?.()
    this.#cancel = undefined
  }

  #drop(key: string): void {
    const absence = this.#absences.get(key)
    if (absence === undefined) return
    this.#remove(absence)
    this.#expired(absence.network, absence.id, absence.kept)
  }

  #remove(absence: Absence): void {
    this.#absences.delete(keyOf(absence.network, absence.id))
    this.#bytes -= absence.bytes
    if (this.#absences.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  #arm(): void {
    const [first] = this.#absences.values()
    if (this.#cancel !== undefined || first === undefined) return
    const ms = Math.max(0, first.until - this.#clock.now())
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = undefined
      const now = this.#clock.now()
      for (const [key, { until }] of this.#absences) {
        if (until > now) break
        this.#drop(key)
      }
      this.#arm()
    })
  }
}

function keyOf(network: string, id: PeerId): string {
  return id + network
}
