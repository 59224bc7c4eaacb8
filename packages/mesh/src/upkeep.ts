import type { Clock, Random } from '@pigeon/transport'
import type { Contacts } from './contacts.ts'
import type { Explorer } from './explorer.ts'
import type { HubQueries } from './hub-queries.ts'
import type { LinkTable } from './link-table.ts'
import type { Linker } from './linker.ts'
import type { Overflow } from './overflow.ts'
import type { RingKeeper } from './ring-keeper.ts'
import type { Settings } from './settings.ts'
import type { VirtualLinks } from './virtual-links.ts'

/** Everything that is due is looked at this often, ms. */
const TICK_MS = 1000

/** The same while there is no link at all, ms. */
const ALONE_TICK_MS = 250

/** Old cards are looked for at every so many ticks. */
const SWEEP_TICKS = 10

/** A ring neighbour that is not linked after this is reached along a way, ms. */
const STRANDED_MS = 2000

/** What {@link Upkeep} goes by. */
export interface UpkeepOptions {
  readonly clock: Clock
  readonly random: Random
  readonly settings: Settings
  readonly contacts: Contacts
  readonly table: LinkTable
  readonly linker: Linker
  readonly ring: RingKeeper
  readonly virtual: VirtualLinks
  readonly overflow: Overflow
  readonly explorer: Explorer
  readonly queries: HubQueries
}

/** Looks after the links, every second, more often without any, and whenever something changed that they depend on. */
export class Upkeep {
  readonly #options: UpkeepOptions
  #cancelTick: () => void
  #ticks = 0
  #stopped = false

  constructor(options: UpkeepOptions) {
    const { clock, random } = options
    this.#options = options
    // Not all peers of a machine at once.
    const offsetMs = TICK_MS * 0.5 + (random.fill(new Uint8Array(1))[0] ?? 0)
    this.#cancelTick = clock.after(offsetMs, () => this.#tick())
  }

  /** Something changed that the choice of links depends on. */
  changed(): void {
    if (this.#stopped) return
    const { linker } = this.#options
    linker.mendRing()
    linker.fill()
    this.#lookAround()
  }

  /** The device slept, or its network changed: looks after everything now. */
  wake(): void {
    if (this.#stopped) return
    const { linker, contacts, table } = this.#options
    linker.forgive()
    contacts.forgive()
    table.check()
    this.#cancelTick()
    this.#tick()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTick()
  }

  #tick(): void {
    const { clock, contacts, table, linker, ring, virtual, overflow } = this.#options
    const isAlone = linker.places.open.size === 0
    this.#cancelTick = clock.after(isAlone ? ALONE_TICK_MS : TICK_MS, () => this.#tick())
    if (++this.#ticks % SWEEP_TICKS === 0) contacts.sweep(clock.now(), table.peers)
    contacts.release(clock.now())
    linker.mendRing()
    ring.tick()
    virtual.tick(linker.ring.stranded(STRANDED_MS))
    overflow.tick()
    linker.fill()
    this.#lookAround()
  }

  /** Goes on asking the hub and looking for peers, or leaves it. */
  #lookAround(): void {
    const { settings, linker, queries, explorer } = this.#options
    const few = linker.places.open.size < settings.minPeers
    queries.missing(few || linker.ring.isIncomplete, few)
    if (linker.places.free === 0) explorer.stop()
  }
}
