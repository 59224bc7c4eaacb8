import { type CardVerifier, checkKeyCard, type Identity, type KeyCard } from '@pigeon/identity'
import type { Router } from '@pigeon/mesh'
import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** The part of a peer that routed questions for its card are for. */
const CARD_SERVICE = 4

/** A card that was not found is asked for again after this, ms. */
const AGAIN_MS = 1000

/** How often a card is asked for at most. */
const MAX_TRIES = 3

/** Questions under way at once. */
const MAX_PENDING = 256

/** What a {@link CardBook} goes by. */
export interface CardBookOptions {
  readonly router: Pick<Router, 'self' | 'send' | 'serve'>
  readonly clock: Clock
  readonly verifier: CardVerifier
  readonly identity: Identity
  /** Whether there is nobody to ask. */
  readonly isAlone: () => boolean
  /** Whether a card whose key is not that of the id may be believed. */
  readonly believes: (id: PeerId, key: Uint8Array) => boolean
  /** Cards remembered. Default 1,024. */
  readonly limit?: number
}

/**
 * The key cards of other peers, asked for when first needed, and this peer's own for others. Whoever
 * brings a card cannot change it.
 */
export class CardBook {
  readonly #options: CardBookOptions
  readonly #limit: number
  /** Used last comes last. */
  readonly #cards = new Map<PeerId, KeyCard>()
  readonly #pending = new Map<PeerId, Promise<KeyCard | undefined>>()
  readonly #timers = new Set<() => void>()
  #own: Uint8Array = new Uint8Array(0)
  #closed = false

  constructor(options: CardBookOptions) {
    this.#options = options
    this.#limit = options.limit ?? 1024
    this.#renew()
    options.router.serve(CARD_SERVICE, () => {
      this.#renew()
      return this.#own
    })
  }

  /** The card of a peer; `undefined` if it cannot be had, or proves something else. */
  get(peer: PeerId): Promise<KeyCard | undefined> {
    const known = this.#cards.get(peer)
    if (known !== undefined && known.validUntil > this.#options.clock.now()) {
      this.#remember(peer, known)
      return Promise.resolve(known)
    }
    const pending = this.#pending.get(peer)
    if (pending !== undefined) return pending
    if (this.#pending.size >= MAX_PENDING) return Promise.resolve(undefined)
    const asking = this.#find(peer).finally(() => this.#pending.delete(peer))
    this.#pending.set(peer, asking)
    return asking
  }

  close(): void {
    this.#closed = true
    for (const cancel of [...this.#timers]) cancel()
    this.#cards.clear()
  }

  async #find(peer: PeerId): Promise<KeyCard | undefined> {
    const { clock, verifier, isAlone, believes } = this.#options
    for (let tries = 1; !this.#closed; tries++) {
      const bytes = await this.#ask(peer)
      const checked = bytes && (await checkKeyCard(verifier, bytes, clock.now()))
      if (checked?.ok && (checked.card.id === peer || believes(peer, checked.card.key))) {
        this.#remember(peer, checked.card)
        return checked.card
      }
      if (tries >= MAX_TRIES || isAlone()) return undefined
      await this.#wait()
    }
    return undefined
  }

  #ask(peer: PeerId): Promise<Uint8Array | undefined> {
    const { router, identity } = this.#options
    if (peer === router.self) return identity.card()
    return new Promise((resolve) => {
      const sent = router.send(peer, CARD_SERVICE, new Uint8Array(0), (result) =>
        resolve(result.ok ? result.reply : undefined),
      )
      if (sent !== 'sent') resolve(undefined)
    })
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        this.#timers.delete(done)
        resolve()
      }
      const cancel = this.#options.clock.after(AGAIN_MS, done)
      this.#timers.add(done)
    })
  }

  #remember(peer: PeerId, card: KeyCard): void {
    this.#cards.delete(peer)
    this.#cards.set(peer, card)
    for (const oldest of this.#cards.keys()) {
      if (this.#cards.size <= this.#limit) return
      this.#cards.delete(oldest)
    }
  }

  /** An identity makes a new card when the last one has served half of its time. */
  #renew(): void {
    this.#options.identity.card().then(
      (card) => {
        this.#own = card
      },
      () => {},
    )
  }
}
