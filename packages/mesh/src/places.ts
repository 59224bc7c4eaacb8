import type { PeerId } from '@pigeon/xor'
import type { Asks } from './asks.ts'
import type { LinkTable } from './link-table.ts'
import type { Settings } from './settings.ts'

/** Links beyond `maxPeers`, for ring neighbours that are just being exchanged. */
export const SPARE_PLACES = 2

/** The places for links, and which of them are taken. */
export class Places {
  readonly #table: LinkTable
  readonly #asks: Asks
  readonly #settings: Settings

  constructor(options: { table: LinkTable; asks: Asks; settings: Settings }) {
    this.#table = options.table
    this.#asks = options.asks
    this.#settings = options.settings
  }

  /** Peers with a link that is open, and so next on the ring if nobody is nearer. */
  get open(): ReadonlySet<PeerId> {
    return this.#table.transport.neighbours
  }

  /** Peers with a link open or on its way, or that were promised a place. */
  get given(): Set<PeerId> {
    return new Set([...this.#table.peers, ...this.#asks.promised.keys()])
  }

  /** The same, and those asked for a place. */
  get taken(): Set<PeerId> {
    const { asked, promised } = this.#asks
    return new Set([...this.#table.peers, ...asked.keys(), ...promised.keys()])
  }

  /** Links there is room for. */
  get free(): number {
    return Math.max(0, this.#settings.maxPeers - this.taken.size)
  }

  /** Links that have to go at once. */
  get excess(): number {
    return Math.max(0, this.open.size - this.#settings.maxPeers - SPARE_PLACES)
  }

  /**
   * Whether another link may be asked for. One dial is kept for the ring; a peer whose
   * links have all died, as many of those it asks now may have, may ask twice as many at once.
   */
  mayDial(why: 'ring' | 'fill' | 'bereft'): boolean {
    const { maxDials } = this.#settings
    const { wanted } = this.#table
    const underWay = wanted + this.#asks.asked.size
    if (why === 'bereft') return wanted < maxDials && underWay < 2 * maxDials
    return underWay < (why === 'fill' ? Math.max(1, maxDials - 1) : maxDials)
  }
}
