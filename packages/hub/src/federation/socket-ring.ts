import type { Clock } from '@pigeon/transport'
import { type PeerId, successors } from '@pigeon/xor'
import type { Dialler } from './dialler.ts'
import type { HubRouter } from './hub-router.ts'
import type { SocketLinks } from './socket-links.ts'

/** After a change among the hubs links are looked at this much later, ms. */
const SETTLE_MS = 500

/** Options of {@link SocketRing}. */
export interface SocketRingOptions {
  readonly router: HubRouter
  readonly links: SocketLinks
  /** Whether a hub needs no socket: there is a peer-to-peer link to it. */
  readonly isLinked: (hub: PeerId) => boolean
  readonly dialler: Dialler
  readonly clock: Clock
}

/**
 * Links each hub to the next one on the ring, and to one half way round, by the addresses that hubs
 * tell: so the network of hubs holds together when the hub that introduced them is gone.
 */
export class SocketRing {
  readonly #options: SocketRingOptions
  readonly #subscriptions: (() => void)[]
  /** Addresses dialled because of this rule, by hub. */
  readonly #wanted = new Map<PeerId, string>()
  #cancel: (() => void) | undefined

  constructor(options: SocketRingOptions) {
    this.#options = options
    const soon = () => this.#soon()
    const { router, links } = options
    this.#subscriptions = [router.on('up', soon), router.on('down', soon), links.on('down', soon)]
  }

  close(): void {
    this.#cancel?.()
    for (const unsubscribe of this.#subscriptions) unsubscribe()
  }

  #soon(): void {
    this.#cancel ??= this.#options.clock.after(SETTLE_MS, () => {
      this.#cancel = undefined
      this.#look()
    })
  }

  #look(): void {
    const { router, links, dialler, isLinked } = this.#options
    const { topology, self } = router
    // Also those out of reach: that may be for want of a link like this.
    const known = [...topology.adverts()].filter(({ origin, url }) => origin !== self && url !== '')
    const urls = new Map(known.map(({ origin, url }) => [origin, url]))
    const order = successors(self, urls.keys(), urls.size)
    const wanted = new Set([order[0], order[Math.floor(order.length / 2)]])
    for (const [hub, uri] of this.#wanted) {
      if (wanted.has(hub) && urls.get(hub) === uri) continue
      this.#wanted.delete(hub)
      dialler.remove(uri)
    }
    for (const hub of wanted) {
      const uri = hub === undefined ? undefined : urls.get(hub)
      if (hub === undefined || uri === undefined || links.neighbours.has(hub)) continue
      if (isLinked(hub)) continue
      if (dialler.targets.some((target) => target.uri === uri)) continue
      this.#wanted.set(hub, uri)
      dialler.add(uri, false)
    }
  }
}
