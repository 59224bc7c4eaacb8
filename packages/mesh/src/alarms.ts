import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_ALARM_PATH, type NeighbourFrame } from './neighbour-frames.ts'
import { forgetOldest } from './oldest.ts'
import { REQUEST_BYTES, requestName } from './route-frames.ts'

/** How long an alarm goes round, and is acted upon, ms. */
const ALARM_MS = 20_000

/** An alarm ends here after so many searches that brought nothing. */
const MAX_BARREN = 8

/** Names of alarms remembered. */
const MAX_NAMES = 256

type Alarm = NeighbourFrame & { kind: 'alarm' }

/**
 * Word that parts of the ring were found which nobody knew: two networks have met. Everyone looks
 * for its place in the other part, along the way that the alarm came.
 */
export class Alarms {
  readonly #clock: Clock
  readonly #random: Random
  readonly #self: PeerId
  readonly #names = new Set<string>()
  #until = 0
  #raisedAt = Number.NEGATIVE_INFINITY
  #barren = 0
  #way: readonly PeerId[] = []

  constructor(options: { clock: Clock; random: Random; self: PeerId }) {
    this.#clock = options.clock
    this.#random = options.random
    this.#self = options.self
  }

  /** Where to search now; `undefined` if there is no alarm. */
  get way(): readonly PeerId[] | undefined {
    return this.#clock.now() < this.#until ? this.#way : undefined
  }

  /** An alarm to send to everyone, unless this peer raised one lately. */
  raise(way: readonly PeerId[]): Alarm | undefined {
    const now = this.#clock.now()
    if (now - this.#raisedAt < ALARM_MS || way.length > MAX_ALARM_PATH) return undefined
    this.#raisedAt = now
    const name = requestName(this.#random.fill(new Uint8Array(REQUEST_BYTES)))
    this.#remember(name)
    this.#start(way, 0)
    return { kind: 'alarm', name, ageMs: 0, path: way }
  }

  /** A neighbour passed one on. @returns what to pass on to the others, if it is news */
  heard(from: PeerId, { name, ageMs, path }: Alarm): Alarm | undefined {
    if (this.#names.has(name) || ageMs >= ALARM_MS) return undefined
    this.#remember(name)
    const at = path.indexOf(this.#self)
    const way = at < 0 ? [from, ...path] : path.slice(at + 1)
    if (way.length === 0 || way.length > MAX_ALARM_PATH) return undefined
    this.#start(way, ageMs)
    return { kind: 'alarm', name, ageMs: ageMs + 100, path: way }
  }

  /** A search ended. */
  searched(isBarren: boolean): void {
    this.#barren = isBarren ? this.#barren + 1 : 0
    if (this.#barren >= MAX_BARREN) this.#until = 0
  }

  #start(way: readonly PeerId[], ageMs: number): void {
    this.#until = this.#clock.now() + ALARM_MS - ageMs
    this.#barren = 0
    this.#way = way
  }

  #remember(name: string): void {
    this.#names.add(name)
    forgetOldest(this.#names, MAX_NAMES)
  }
}
