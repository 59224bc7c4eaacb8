import type { Clock, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Claim, type Digest, mixDigest, NO_DIGEST } from './claim.ts'
import {
  type ClaimMessage,
  decodeClaimMessage,
  encodeClaimMessage,
  type PlaceName,
  type SummaryLine,
} from './claim-messages.ts'
import type { HubRouter } from './hub-router.ts'
import type { PlaceStore } from './place-store.ts'
import { Owners } from './places.ts'
import { Service } from './service.ts'

/** Every claim is confirmed so often, ms: a third of the lease. */
const SUMMARY_INTERVAL_MS = 5000

/** After a change among the hubs claims move this much later, ms. */
const SETTLE_MS = 100

/** Lines in one summary, and claims in one piece. */
const MAX_LINES = 200
const MAX_PIECE = 200

/** How long after a change of depth both are looked at, ms: until every hub has heard of it. */
const TRANSITION_MS = 15_000

/** The members of one network here whose ids begin alike. */
interface Part {
  readonly prefix: string
  readonly claims: Map<PeerId, Claim>
  version: number
  digest: Digest
}

interface Own {
  depth: number
  readonly parts: Map<string, Part>
  total: number
  /** The depth before, and until when it is looked at as well. */
  before: { depth: number; until: number } | undefined
}

/** Options of {@link Claims}. */
export interface ClaimsOptions {
  readonly router: HubRouter
  readonly clock: Clock
  readonly store: PlaceStore
  /** Whether a claim's evidence holds: `undefined` if it shows none, `false` if it is forged. */
  readonly check: (home: PeerId, network: string, claim: Claim) => boolean | undefined
  /** A member proved its id at another hub, later. */
  readonly moved: (network: string, id: PeerId, counter: number) => void
}

/**
 * Tells the keepers of places who is here: each change at once, and every few seconds the sum of all,
 * by which a keeper that missed something, or is new, notices and asks.
 */
export class Claims {
  readonly owners: Owners
  /** Messages of this kind sent and received. */
  readonly stats: { sent: number; received: number; forged: number } = {
    sent: 0,
    received: 0,
    forged: 0,
  }
  readonly #options: ClaimsOptions
  readonly #own = new Map<string, Own>()
  readonly #subscriptions: Unsubscribe[]
  #version = 0
  #cancelSettle: (() => void) | undefined
  #cancelSummary: () => void = () => {}

  constructor(options: ClaimsOptions) {
    this.#options = options
    const { router } = options
    this.owners = new Owners([router.self])
    router.serve(Service.CLAIMS, (from, body) => this.#message(from, body))
    const hubsChanged = () => this.#hubsChanged()
    this.#subscriptions = [router.on('up', hubsChanged), router.on('down', hubsChanged)]
    this.#repeat()
  }

  /** Digits that a network is divided by, and those before if that changed just now. */
  depths(network: string): readonly number[] {
    const own = this.#own.get(network)
    if (own === undefined) return [0]
    const { depth, before } = own
    if (before === undefined || before.until < this.#options.clock.now()) return [depth]
    return [depth, before.depth]
  }

  /** A member is here. */
  add(network: string, claim: Claim): void {
    const own = this.#ownOf(network)
    const before = this.#part(own, claim.id).claims.get(claim.id)
    if (before !== undefined) this.#change(network, own, before, true)
    this.#change(network, own, claim, false)
  }

  /** It is not any more. */
  remove(network: string, id: PeerId): void {
    const own = this.#own.get(network)
    if (own === undefined) return
    const claim = this.#part(own, id).claims.get(id)
    if (claim !== undefined) this.#change(network, own, claim, true)
    if (own.total === 0) this.#own.delete(network)
  }

  get(network: string, id: PeerId): Claim | undefined {
    const own = this.#own.get(network)
    return own?.parts.get(id.slice(0, own.depth))?.claims.get(id)
  }

  close(): void {
    this.#cancelSettle?.()
    this.#cancelSummary()
    for (const unsubscribe of this.#subscriptions) unsubscribe()
  }

  #ownOf(network: string): Own {
    let own = this.#own.get(network)
    if (own === undefined) {
      own = { depth: 0, parts: new Map(), total: 0, before: undefined }
      this.#own.set(network, own)
    }
    return own
  }

  #part(own: Own, id: PeerId): Part {
    const prefix = id.slice(0, own.depth)
    let part = own.parts.get(prefix)
    if (part === undefined) {
      part = { prefix, claims: new Map(), version: 0, digest: NO_DIGEST }
      own.parts.set(prefix, part)
    }
    return part
  }

  #change(network: string, own: Own, claim: Claim, isGone: boolean): void {
    const part = this.#part(own, claim.id)
    const previous = part.version
    part.version = ++this.#version
    part.digest = mixDigest(part.digest, claim)
    if (isGone) part.claims.delete(claim.id)
    else part.claims.set(claim.id, claim)
    own.total += isGone ? -1 : 1
    const { prefix, version } = part
    if (part.claims.size === 0) own.parts.delete(prefix)
    const { incarnation } = this.#options.router
    const { depth } = own
    const change = {
      type: 'change',
      network,
      prefix,
      depth,
      incarnation,
      previous,
      version,
    } as const
    for (const owner of this.owners.of(network, prefix)) {
      this.#send(owner, { ...change, isGone, claim })
    }
  }

  #send(to: PeerId, message: ClaimMessage): void {
    this.stats.sent++
    const { router } = this.#options
    if (to === router.self) this.#handle(to, message)
    else router.send(to, Service.CLAIMS, encodeClaimMessage(message))
  }

  #message(from: PeerId, body: Uint8Array): void {
    this.stats.received++
    const message = decodeClaimMessage(body)
    if (message !== undefined) this.#handle(from, message)
  }

  #handle(from: PeerId, message: ClaimMessage): void {
    const { store, moved } = this.#options
    switch (message.type) {
      case 'change': {
        const { network, claim, isGone, depth } = message
        const isProven = isGone ? false : this.#isProven(from, network, claim)
        if (isProven === undefined) return
        const before = store.find(network, message.prefix, claim.id)
        if (store.change(from, message, { ...message, isProven }) === 'stale')
          this.#want(from, message)
        if (isProven && before !== undefined && before.home !== from) {
          this.#send(before.home, { type: 'moved', network, home: from, claim })
        }
        this.#correct(from, network, depth)
        return
      }
      case 'summary':
        for (const line of message.lines) {
          const { incarnation } = message
          const isSame = store.confirm(from, line, { ...line, incarnation })
          if (!isSame && line.prefix.length === line.depth) this.#want(from, line)
          this.#correct(from, line.network, line.depth)
        }
        return
      case 'piece': {
        const claims = message.claims.flatMap((claim) => {
          const isProven = this.#isProven(from, message.network, claim)
          return isProven === undefined ? [] : [{ claim, isProven }]
        })
        store.replace(from, message, { ...message, claims })
        return
      }
      case 'want':
        this.#tellAll(from, message)
        return
      case 'depth':
        this.#divide(message.network, message.depth)
        return
      case 'moved': {
        const { network, home, claim } = message
        if (this.#isProven(home, network, claim) === true) moved(network, claim.id, claim.counter)
      }
    }
  }

  /** @returns `undefined` for a claim that is forged */
  #isProven(home: PeerId, network: string, claim: Claim): boolean | undefined {
    const answer = this.#options.check(home, network, claim)
    if (answer === undefined) return false
    if (answer) return true
    this.stats.forged++
    return undefined
  }

  #want(from: PeerId, { network, prefix }: PlaceName): void {
    this.#send(from, { type: 'want', network, prefix })
  }

  /** Only the keeper of the whole network's place knows how many there are. */
  #correct(from: PeerId, network: string, depth: number): void {
    const { store, router } = this.#options
    if (!this.owners.of(network, '').includes(router.self)) return
    const wanted = store.depth(network)
    if (wanted !== depth) this.#send(from, { type: 'depth', network, depth: wanted })
  }

  #tellAll(to: PeerId, { network, prefix }: PlaceName): void {
    if (!this.owners.of(network, prefix).includes(to)) return
    const { incarnation } = this.#options.router
    const own = this.#own.get(network)
    const part = own?.parts.get(prefix)
    const all = [...(part?.claims.values() ?? [])]
    const version = part?.version ?? 0
    for (let at = 0; at === 0 || at < all.length; at += MAX_PIECE) {
      const claims = all.slice(at, at + MAX_PIECE)
      const [isFirst, isLast] = [at === 0, at + MAX_PIECE >= all.length]
      this.#send(to, {
        type: 'piece',
        network,
        prefix,
        incarnation,
        version,
        isFirst,
        isLast,
        claims,
      })
    }
  }

  /** Places have another size from now on. */
  #divide(network: string, depth: number): void {
    const own = this.#own.get(network)
    if (own === undefined || own.depth === depth) return
    const all = [...own.parts.values()].flatMap(({ claims }) => [...claims.values()])
    own.before = { depth: own.depth, until: this.#options.clock.now() + TRANSITION_MS }
    own.depth = depth
    own.parts.clear()
    for (const claim of all) {
      const part = this.#part(own, claim.id)
      part.claims.set(claim.id, claim)
      part.digest = mixDigest(part.digest, claim)
      part.version = ++this.#version
    }
    for (const { prefix } of own.parts.values()) {
      for (const owner of this.owners.of(network, prefix)) this.#tellAll(owner, { network, prefix })
    }
    this.#summarize([network])
  }

  #hubsChanged(): void {
    const { router, clock, store } = this.#options
    this.owners.set([router.self, ...router.topology.hubs])
    store.look()
    this.#cancelSettle ??= clock.after(SETTLE_MS, () => {
      this.#cancelSettle = undefined
      this.#summarize(this.#own.keys())
    })
  }

  #repeat(): void {
    const { clock, store } = this.#options
    this.#cancelSummary = clock.after(SUMMARY_INTERVAL_MS, () => {
      store.expire()
      this.#summarize(this.#own.keys())
      this.#repeat()
    })
  }

  /** Says to each keeper what it should know. */
  #summarize(networks: Iterable<string>): void {
    const perOwner = new Map<PeerId, SummaryLine[]>()
    for (const network of networks) {
      const own = this.#own.get(network)
      if (own === undefined) continue
      const { depth, total } = own
      const lines = [...own.parts.values()].map(({ prefix, version, digest }) => ({
        prefix,
        version,
        digest,
      }))
      // Whoever keeps the whole network's place counts, though the members are kept elsewhere.
      if (depth > 0) lines.push({ prefix: '', version: 0, digest: NO_DIGEST })
      for (const line of lines) {
        for (const owner of this.owners.of(network, line.prefix)) {
          const all = perOwner.get(owner) ?? []
          perOwner.set(owner, all)
          all.push({ network, depth, total, ...line })
        }
      }
    }
    const { incarnation } = this.#options.router
    for (const [owner, all] of perOwner) {
      for (let at = 0; at < all.length; at += MAX_LINES) {
        const lines = all.slice(at, at + MAX_LINES)
        this.#send(owner, { type: 'summary', incarnation, lines })
      }
    }
  }
}
