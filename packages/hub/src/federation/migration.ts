import type { Clock, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubRouter } from './hub-router.ts'
import type { Trunk } from './trunk.ts'

/** After a fall back to sockets links have to hold for so long before they go again, ms. */
const CALM_AFTER_FALLBACK_MS = 60_000

/** Options of {@link Migration}. */
export interface MigrationOptions {
  readonly trunk: Trunk
  readonly router: HubRouter
  readonly clock: Clock
  /** Peer-to-peer links that are enough. */
  readonly minPeers: number
  /** How long the mesh has to be ready before sockets close, ms. */
  readonly delayMs: number
  readonly ready: (event: { p2pConnections: number; totalHubs: number }) => void
  /** Close the sockets. @returns how many there were */
  readonly migrate: () => number
  readonly migrated: (event: { migratedCount: number; p2pConnections: number }) => void
  /** Dial them again. */
  readonly fallBack: () => void
}

/**
 * Decides when hubs need no sockets between them any more, and when they need them again.
 *
 * Invariants: sockets go only while peer-to-peer links alone reach every hub, and did for as long as
 * `delayMs`, or a minute after they had to come back; they come back at once.
 */
export class Migration {
  readonly #options: MigrationOptions
  readonly #subscriptions: Unsubscribe[]
  #isReady = false
  /** Sound links at the last look. */
  #held = 0
  #hasMigrated = false
  #hasFallenBack = false
  #cancel: (() => void) | undefined

  constructor(options: MigrationOptions) {
    this.#options = options
    const { trunk, router } = options
    const look = () => this.#look()
    this.#subscriptions = [
      trunk.on('path', look),
      router.on('routes', look),
      router.on('down', (hub) => this.#lost(hub)),
    ]
  }

  /** Whether there are enough peer-to-peer links, or one to each hub. */
  get isReady(): boolean {
    return this.#isReady
  }

  get hasMigrated(): boolean {
    return this.#hasMigrated
  }

  close(): void {
    this.#cancel?.()
    for (const unsubscribe of this.#subscriptions) unsubscribe()
  }

  get #p2pConnections(): number {
    const { trunk } = this.#options
    return [...trunk.by('webrtc')].filter((hub) => trunk.isSound('webrtc', hub)).length
  }

  #look(): void {
    const { router, minPeers, clock, delayMs, ready } = this.#options
    const totalHubs = router.topology.hubs.length
    const p2pConnections = this.#p2pConnections
    const isReady = totalHubs > 0 && p2pConnections >= Math.min(minPeers, totalHubs)
    const becameReady = isReady && !this.#isReady
    this.#isReady = isReady
    if (becameReady) ready({ p2pConnections, totalHubs })
    // That there are more hubs than before is no reason to fall back; that there are fewer links is.
    const hasLost = p2pConnections < this.#held
    this.#held = p2pConnections
    if (this.#hasMigrated) {
      if (hasLost && !isReady && totalHubs > 0) this.#fallBack()
      return
    }
    if (!isReady || !router.topology.isP2pWhole) {
      this.#cancel?.()
      this.#cancel = undefined
      return
    }
    const calmMs = this.#hasFallenBack ? Math.max(delayMs, CALM_AFTER_FALLBACK_MS) : delayMs
    this.#cancel ??= clock.after(calmMs, () => this.#migrate())
  }

  #migrate(): void {
    this.#cancel = undefined
    this.#hasMigrated = true
    const migratedCount = this.#options.migrate()
    this.#options.migrated({ migratedCount, p2pConnections: this.#p2pConnections })
  }

  /** A hub that took its leave needs no other way to it; any other may. */
  #lost(hub: PeerId): void {
    const hasLeft = this.#options.router.topology.advert(hub)?.draining === true
    if (this.#hasMigrated && !hasLeft) this.#fallBack()
  }

  #fallBack(): void {
    this.#hasMigrated = false
    this.#hasFallenBack = true
    this.#options.fallBack()
  }
}
