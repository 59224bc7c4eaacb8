import type { Verify } from '@pigeon/identity'
import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Arrival, Elsewhere, HubAccess } from '../elsewhere.ts'
import type { Hub } from '../hub.ts'
import { isFederatedV1 } from '../v1/federated-name.ts'
import { datedNonce, readNonce } from './claim.ts'
import { Claims } from './claims.ts'
import { Courier } from './courier.ts'
import { Directory, type Discovered } from './directory.ts'
import { checkEvidence } from './hub-evidence.ts'
import { HubRouter, type HubRouterOptions } from './hub-router.ts'
import { type Introduced, Introductions } from './introductions.ts'
import { decodeParcel, encodeParcel, MAX_TOLD, type Parcel } from './parcels.ts'
import { PlaceStore } from './place-store.ts'
import { Questions } from './questions.ts'

/** Messages that wait for the answer to where their receiver is, and their bytes. */
const MAX_WAITING = 4096
const MAX_WAITING_BYTES: number = 4 * 1024 * 1024

/**
 * Who was somewhere a moment ago may be on the way to another hub: asked for at once where it is now,
 * and again after each of these, ms.
 */
const MOVING_MS = [0, 500, 1500] as const

/** Options of {@link HubFederation}. */
export interface HubFederationOptions extends Omit<HubRouterOptions, 'clock'> {
  readonly hub: Hub
  readonly clock: Clock
  readonly random: Random
  /** Checks what members sign. Without it all claims are unproven. */
  readonly verify?: Verify | undefined
  /** Takes what another hub's links signal. */
  readonly signal?: ((from: PeerId, payload: Uint8Array) => void) | undefined
}

/** Numbers of a {@link HubFederation}; counters since it was made. */
export interface FederationStats {
  /** Hubs that can be reached, this one not counted. */
  readonly hubs: number
  /** Places kept for all, and claims in them. */
  readonly places: number
  readonly claims: number
  /** Messages brought to members of other hubs, and that came to nothing. */
  readonly relayed: number
  readonly undeliverable: number
  /** Messages with a receipt sent to other hubs; sent again; received again. */
  readonly parcels: number
  readonly resent: number
  readonly repeated: number
  /** Passed on for other hubs; dropped for want of a way, room or sense. */
  readonly forwarded: number
  readonly dropped: number
  /** Messages of the directory sent: claims, questions, answers. */
  readonly directoryMessages: number
  /** Claims with evidence that does not hold. */
  readonly forged: number
}

/**
 * Makes the networks of one hub those of many: its members find, and signal to, members of any hub
 * that can be reached over the links of the trunk.
 *
 * Invariants: what goes to a member elsewhere arrives at most once, or its sender is told; a join costs
 * the same few messages whatever the size of the network; without other hubs nothing changes for
 * anybody here.
 */
export class HubFederation {
  readonly router: HubRouter
  readonly #options: HubFederationOptions
  readonly #access: HubAccess
  readonly #store: PlaceStore
  readonly #claims: Claims
  readonly #questions: Questions
  readonly #directory: Directory
  readonly #courier: Courier
  readonly #introductions: Introductions
  #relayed = 0
  #undeliverable = 0
  #waiting = 0
  #waitingBytes = 0

  constructor(options: HubFederationOptions) {
    const { hub, clock, random, verify } = options
    this.#options = options
    const router = new HubRouter(options)
    this.router = router
    const isReachable = (id: PeerId): boolean =>
      id === router.self || router.topology.isReachable(id)
    const store = new PlaceStore({ clock, isReachable })
    this.#store = store
    this.#claims = new Claims({
      router,
      clock,
      store,
      check: (home, network, claim) => checkEvidence(verify, clock.now(), { home, network, claim }),
      moved: (network, id, counter) => this.#moved(network, id, counter),
    })
    this.#questions = new Questions({ router, clock, random, store })
    const [claims, questions] = [this.#claims, this.#questions]
    this.#directory = new Directory({ claims, questions, clock, random })
    this.#courier = new Courier({
      router,
      clock,
      receive: (from, body) => this.#receive(from, body),
    })
    this.#access = hub.federate(this.#elsewhere())
    this.#introductions = new Introductions(
      clock,
      () => this.#members(),
      ({ network, id }) => this.#introduce(network, id),
    )
    router.on('up', () => this.#introductions.hubCame())
    for (const { network, id } of this.#members()) this.#claim(network, id)
  }

  getStats(): FederationStats {
    const { stats } = this.router
    const [claims, questions] = [this.#claims.stats, this.#questions.stats]
    return {
      hubs: this.router.topology.hubs.length,
      places: this.#store.places,
      claims: this.#store.size,
      relayed: this.#relayed,
      undeliverable: this.#undeliverable,
      parcels: this.#courier.stats.sent,
      resent: this.#courier.stats.resent,
      repeated: this.#courier.stats.repeated,
      forwarded: stats.forwarded,
      dropped: stats.dropped,
      directoryMessages: claims.sent + questions.asked + questions.answered,
      forged: claims.forged,
    }
  }

  /** Brings what a link of this hub signals to another hub. */
  sendSignal(to: PeerId, payload: Uint8Array, failed: () => void): void {
    this.#courier.send(to, encodeParcel({ type: 'signal', payload }), (outcome) => {
      if (outcome !== 'taken') failed()
    })
  }

  /** The hub stands alone again. */
  close(): void {
    this.#options.hub.federate(undefined)
    this.#introductions.close()
    this.#claims.close()
    this.#questions.close()
    this.#courier.close()
    this.router.close()
  }

  #elsewhere(): Elsewhere {
    const { clock, random } = this.#options
    const { self } = this.router
    return {
      nonce: () => datedNonce(self, clock.now(), random.fill(new Uint8Array(4))),
      joined: (arrival) => this.#joined(arrival),
      left: (network, id) => this.#left(network, id),
      relay: (network, from, to, stamped) => this.#relay(network, from, to, stamped),
      query: (network, id, ring) => this.#query(network, id, ring),
    }
  }

  get #isAlone(): boolean {
    return this.router.topology.hubs.length === 0
  }

  #claim(network: string, id: PeerId, evidence?: Arrival['evidence']): void {
    const now = Math.floor(this.#options.clock.now())
    // A nonce that was made while this hub stood alone names no hub.
    const isDated = evidence !== undefined && readNonce(evidence.nonce).hub === this.router.self
    const counter = isDated ? readNonce(evidence.nonce).at : now
    this.#claims.add(network, { id, counter, evidence: isDated ? evidence : undefined })
  }

  #joined({ network, peerId, evidence }: Arrival): void {
    this.#claim(network, peerId, evidence)
    if (!this.#isAlone) this.#introduce(network, peerId)
  }

  *#members(): Iterable<Introduced> {
    for (const { network, ids } of this.#access.members()) {
      for (const id of ids) yield { network, id }
    }
  }

  /** Tells a member whom it should know at other hubs, and those next to it of it. */
  #introduce(network: string, peerId: PeerId): void {
    this.#directory.discover(network, peerId, (found) => {
      const strangers = found.peers.filter((id) => !this.#access.has(network, id))
      this.#access.tell(network, peerId, strangers)
      this.#spread('name', network, peerId, found)
    })
  }

  #left(network: string, peerId: PeerId): void {
    this.#claims.remove(network, peerId)
    if (this.#isAlone) return
    this.#directory.remember(network, peerId, this.router.self)
    this.#directory.discover(network, peerId, (found) => {
      // It may have joined another hub meanwhile, or this one again.
      const isBack = found.homes.has(peerId) || this.#access.has(network, peerId)
      if (!isBack) this.#spread('gone', network, peerId, found)
    })
  }

  /**
   * Has the next ids on either side told, by their home hubs. Of two peers of version 1 only the one with
   * the larger id dials, so all that a newcomer is told of are told of it.
   */
  #spread(type: 'name' | 'gone', network: string, id: PeerId, found: Discovered): void {
    const { ring, peers, homes } = found
    const perHub = new Map<PeerId, PeerId[]>()
    for (const member of isFederatedV1(network) ? peers : ring) {
      const home = homes.get(member)
      if (home === undefined || home === this.router.self) continue
      perHub.set(home, [...(perHub.get(home) ?? []), member])
    }
    for (const [home, all] of perHub) {
      for (let at = 0; at < all.length; at += MAX_TOLD) {
        const to = all.slice(at, at + MAX_TOLD)
        this.#courier.send(home, encodeParcel({ type, network, id, to }), () => {})
      }
    }
  }

  #query(network: string, peerId: PeerId, ring: readonly PeerId[] | undefined): boolean {
    if (this.#isAlone) return false
    this.#directory.discover(network, peerId, (found) => {
      const all = found.ring
      const nearest = [all.filter((id) => id > peerId), all.filter((id) => id < peerId)]
      const [up = [], down = []] = nearest
      // Ascending on either side; the ring goes on at its other end.
      const next = [up.sort()[0] ?? down.sort()[0], down.sort().at(-1) ?? up.sort().at(-1)]
      const isRight =
        ring !== undefined && next.every((id) => id === undefined || ring.includes(id))
      this.#access.answer(network, peerId, isRight ? undefined : found.peers)
    })
    return true
  }

  #relay(network: string, from: PeerId, to: PeerId, stamped: Uint8Array): boolean {
    if (this.#isAlone || this.#waiting >= MAX_WAITING) return false
    if (this.#waitingBytes + stamped.length > MAX_WAITING_BYTES) return false
    const home = this.#directory.remembered(network, to)
    const isKnown =
      home !== undefined && home !== this.router.self && this.router.topology.isReachable(home)
    const message = { network, from, to, stamped, looks: isKnown ? 0 : 1 }
    this.#waiting++
    this.#waitingBytes += stamped.length
    if (isKnown) this.#sendTo(home, message)
    else this.#look(message, home !== undefined)
    return true
  }

  #sendTo(home: PeerId, message: Relayed): void {
    const { network, from, to, stamped } = message
    if (home === this.router.self) {
      const outcome = this.#access.deliver(network, from, to, stamped)
      this.#settle(message, outcome !== 'unknown')
      return
    }
    this.#courier.send(home, encodeParcel({ type: 'relay', ...message }), (outcome) => {
      if (outcome === 'taken') this.#settle(message, true)
      else {
        this.#directory.forget(network, to)
        // What was lost may have arrived all the same: a second copy would be one too many.
        if (outcome === 'refused') this.#lookAgain(message)
        else this.#settle(message, false)
      }
    })
  }

  /** @param mayMove whether it may be on the way to another hub, so that more looks are worth while */
  #look(message: Relayed, mayMove: boolean): void {
    this.#directory.find(message.network, message.to, (home) => {
      if (home !== undefined) this.#sendTo(home, message)
      else if (mayMove) this.#lookAgain(message)
      else this.#settle(message, false)
    })
  }

  /** It is no longer, or not yet, where it was looked for. */
  #lookAgain(message: Relayed): void {
    const waitMs = MOVING_MS[message.looks++]
    if (waitMs === undefined) this.#settle(message, false)
    else this.#options.clock.after(waitMs, () => this.#look(message, true))
  }

  #settle({ network, from, to, stamped }: Relayed, isDelivered: boolean): void {
    this.#waiting--
    this.#waitingBytes -= stamped.length
    if (isDelivered) this.#relayed++
    else {
      this.#undeliverable++
      this.#access.unreachable(network, from, to, stamped)
    }
  }

  #receive(from: PeerId, body: Uint8Array): boolean {
    const parcel = decodeParcel(body)
    if (parcel === undefined) return false
    switch (parcel.type) {
      case 'relay':
        return this.#deliver(from, parcel)
      case 'name':
        this.#directory.remember(parcel.network, parcel.id, from)
        for (const member of parcel.to) this.#access.name(parcel.network, member, parcel.id)
        return true
      case 'gone':
        this.#directory.forget(parcel.network, parcel.id)
        for (const member of parcel.to) this.#access.gone(parcel.network, member, parcel.id)
        return true
      case 'signal':
        this.#options.signal?.(from, parcel.payload)
        return true
    }
  }

  #deliver(home: PeerId, parcel: Parcel & { type: 'relay' }): boolean {
    const { network, from, to, stamped } = parcel
    // The answer goes the same way back.
    if (!this.#access.has(network, from)) this.#directory.remember(network, from, home)
    return this.#access.deliver(network, from, to, stamped) !== 'unknown'
  }

  #moved(network: string, id: PeerId, counter: number): void {
    const own = this.#claims.get(network, id)
    if (own !== undefined && own.counter < counter) this.#access.displace(network, id)
  }
}

interface Relayed {
  readonly network: string
  readonly from: PeerId
  readonly to: PeerId
  readonly stamped: Uint8Array
  /** How often its receiver was looked for again. */
  looks: number
}
