import type { Clock, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Contacts } from './contacts.ts'
import { decodeMessage, encodeMessage, type MeshMessage } from './messages.ts'
import { forgetOldest } from './oldest.ts'
import type { Router } from './router.ts'
import type { Routed } from './router-options.ts'
import type { Signaling } from './signaling.ts'

/** The part of a mesh that a routed message about links is for. */
const LINK_SERVICE = 0

/** A question that got no answer on one way is asked on the next after this, ms. */
const PATIENCE_MS = 1200

/** Ways remembered that worked. */
const MAX_WAYS = 256

/** What a {@link Carrier} goes by. */
export interface CarrierOptions {
  readonly signaling: Signaling
  readonly router: Router
  readonly contacts: Contacts
  readonly clock: Clock
  /** Takes a message; what it returns is the answer, brought back the way the message came. */
  readonly received: (from: PeerId, message: MeshMessage) => MeshMessage | undefined
  /** A message cannot be brought to this peer. */
  readonly lost: (to: PeerId, kind: MeshMessage['kind']) => void
}

/** Through the hub, or over the mesh: first along a way that may be empty, then by the ring. */
type Way = 'hub' | readonly PeerId[]

/** A message on its way. */
interface Delivery {
  readonly to: PeerId
  readonly bytes: Uint8Array
  readonly kind: MeshMessage['kind']
  readonly ways: Way[]
  /** Ways being tried. */
  open: number
  done: boolean
}

/**
 * Brings messages about links to peers that are not linked: by the way that worked last, by the
 * way to whoever told of the peer, along the ring, or through the hub.
 */
export class Carrier {
  readonly #options: CarrierOptions
  /** What worked last with whom, oldest first. */
  readonly #worked = new Map<PeerId, Way>()
  readonly #timers = new Set<() => void>()
  readonly #unsubscribe: Unsubscribe
  #closed = false

  constructor(options: CarrierOptions) {
    this.#options = options
    options.router.serve(LINK_SERVICE, (message) => this.#routed(message))
    this.#unsubscribe = options.signaling.on('relay', (from, payload) =>
      this.#relayed(from, payload),
    )
  }

  /** @param spareHub whether to do without the hub where there are links to go by */
  send(to: PeerId, message: MeshMessage, spareHub = false): void {
    const { kind } = message
    const bytes = encodeMessage(message)
    const isSpared = spareHub && this.#options.router.hasNeighbours
    const ways = this.#waysTo(to).filter((way) => way !== 'hub' || !isSpared)
    this.#tryNext({ to, bytes, kind, ways, open: 0, done: false })
  }

  close(): void {
    this.#closed = true
    this.#unsubscribe()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }

  #waysTo(to: PeerId): Way[] {
    const { contacts, router } = this.#options
    const told = orNowhere(contacts.get(to)?.source.way ?? NOWHERE)
    const ways = [this.#worked.get(to), told, NOWHERE, 'hub' as const]
    const different = ways.filter((way, index) => way !== undefined && ways.indexOf(way) === index)
    return (different as Way[]).filter((way) => way === 'hub' || router.hasNeighbours)
  }

  #tryNext(delivery: Delivery): void {
    if (delivery.done || this.#closed) return
    const { to, bytes, kind } = delivery
    const way = delivery.ways.shift()
    if (way === undefined) {
      if (delivery.open > 0) return
      delivery.done = true
      this.#options.lost(to, kind)
      return
    }
    if (way === 'hub') {
      // What follows comes as messages of its own.
      if (this.#options.signaling.send(to, bytes) === 'sent') delivery.done = true
      else this.#tryNext(delivery)
      return
    }
    let moved = false
    const moveOn = () => {
      if (moved) return
      moved = true
      this.#tryNext(delivery)
    }
    delivery.open++
    const sent = this.#options.router.send(
      to,
      LINK_SERVICE,
      bytes,
      (result) => {
        delivery.open--
        if (!result.ok) {
          moved = true
          this.#tryNext(delivery)
          return
        }
        delivery.done = true
        this.#works(to, way)
        const reply = decodeMessage(result.reply)
        if (reply !== undefined) this.#options.received(to, reply)
      },
      { way, record: true },
    )
    if (sent !== 'sent') {
      delivery.open--
      moveOn()
    } else if (kind === 'ask') {
      // Asking twice does no harm, so the next way is tried while the first may still answer.
      this.#after(PATIENCE_MS, moveOn)
    }
  }

  #routed({ from, payload, wayBack }: Routed): Uint8Array {
    const message = decodeMessage(payload)
    const isOwn = from === this.#options.router.self
    if (message === undefined || isOwn || this.#closed) return NO_ANSWER
    if (wayBack !== undefined) this.#works(from, wayBack.slice(0, -1))
    const answer = this.#options.received(from, message)
    return answer === undefined ? NO_ANSWER : encodeMessage(answer)
  }

  #relayed(from: PeerId, payload: Uint8Array): void {
    const message = decodeMessage(payload)
    if (message === undefined || from === this.#options.router.self) return
    this.#works(from, 'hub')
    const answer = this.#options.received(from, message)
    if (answer !== undefined) this.#options.signaling.send(from, encodeMessage(answer))
  }

  #works(peer: PeerId, way: Way): void {
    this.#worked.delete(peer)
    this.#worked.set(peer, orNowhere(way))
    forgetOldest(this.#worked, MAX_WAYS)
  }

  #after(ms: number, run: () => void): void {
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(cancel)
      run()
    })
    this.#timers.add(cancel)
  }
}

const NOWHERE: readonly PeerId[] = []
/** All ways that are empty are one, so that none is tried twice. */
function orNowhere(way: Way): Way {
  return way.length === 0 ? NOWHERE : way
}

const NO_ANSWER = new Uint8Array(0)
