import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Names are gathered for this long, ms: so often a receiver is told at most. */
export const COALESCE_MS = 250

/** One peer is named to one receiver at most this often, ms. */
export const PAIR_INTERVAL_MS = 30_000

/** Names remembered for one receiver: what it can be told in a busy half minute. */
const MAX_TOLD = 256

/** Of one receiver; there may be very many, most of which wait for nothing. */
interface Names {
  /** Names to be told, and before when not, ms. */
  pending: Map<PeerId, number> | undefined
  /** When each name was told last, oldest first. */
  told: Map<PeerId, number> | undefined
}

/**
 * Tells receivers of newcomers: gathered, and one name at most once in 30 s to one receiver. A
 * name that comes again too early is told when its time has come, not forgotten.
 */
export class Naming<R> {
  readonly #clock: Clock
  readonly #tell: (receiver: R, ids: PeerId[]) => void
  readonly #receivers = new Map<R, Names>()
  #timer: { at: number; cancel: () => void } | undefined

  /** @param tell must not call back into this object */
  constructor(clock: Clock, tell: (receiver: R, ids: PeerId[]) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** Has `receiver` told of `id`, soon. */
  name(receiver: R, id: PeerId): void {
    let names = this.#receivers.get(receiver)
    if (names === undefined) {
      names = { pending: undefined, told: undefined }
      this.#receivers.set(receiver, names)
    }
    const told = names.told?.get(id)
    const earliest = told === undefined ? 0 : told + PAIR_INTERVAL_MS
    names.pending ??= new Map()
    names.pending.set(id, earliest)
    this.#arm(Math.max(earliest, this.#clock.now() + COALESCE_MS))
  }

  /** Takes back a name. @returns whether it was not told yet */
  cancel(receiver: R, id: PeerId): boolean {
    return this.#receivers.get(receiver)?.pending?.delete(id) ?? false
  }

  /** Whether a name was told lately, and not taken back by {@link untell}. */
  wasTold(receiver: R, id: PeerId): boolean {
    return this.#receivers.get(receiver)?.told?.has(id) ?? false
  }

  /** A name that was told holds no more: it may be told again at once. */
  untell(receiver: R, id: PeerId): void {
    this.#receivers.get(receiver)?.told?.delete(id)
  }

  /** The receiver is gone. */
  forget(receiver: R): void {
    this.#receivers.delete(receiver)
    if (this.#receivers.size === 0) this.#disarm()
  }

  #arm(at: number): void {
    if (this.#timer !== undefined && this.#timer.at <= at) return
    this.#disarm()
    const cancel = this.#clock.after(at - this.#clock.now(), () => this.#flush())
    this.#timer = { at, cancel }
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #flush(): void {
    this.#timer = undefined
    const now = this.#clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const [receiver, names] of [...this.#receivers]) {
      const due: PeerId[] = []
      for (const [id, earliest] of names.pending ?? []) {
        if (earliest <= now) due.push(id)
        else next = Math.min(next, earliest)
      }
      if (due.length > 0) {
        names.told ??= new Map()
        for (const id of due) {
          names.pending?.delete(id)
          names.told.delete(id)
          names.told.set(id, now)
        }
        this.#tell(receiver, due)
      }
      if (names.pending?.size === 0) names.pending = undefined
      if (names.told !== undefined && trim(names.told, now) === 0) names.told = undefined
      if (names.pending === undefined && names.told === undefined) this.#receivers.delete(receiver)
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(Math.max(next, now + COALESCE_MS))
  }
}

/** Drops what is old enough to be told again, and the oldest of what is too many. @returns how many are left */
function trim(told: Map<PeerId, number>, now: number): number {
  for (const [id, at] of told) {
    if (told.size <= MAX_TOLD && now - at < PAIR_INTERVAL_MS) break
    told.delete(id)
  }
  return told.size
}
