import type { GossipEvents, GossipMessage, PublishOptions } from '@pigeon/gossip'
import type { Clock, Unsubscribe } from '@pigeon/transport'
import type { Reign } from '@pigeon/tree-overlay'
import type { PeerId } from '@pigeon/xor'
import { decodeReignFrame, encodeReignFrame, type ReignFrame } from './reign-frames.ts'

/** How long the word of a root counts, ms. */
const LEASE_MS = 10_000

/** The shortest time between two questions, and between two answers, ms. */
const QUIET_MS = 1000

/** Proofs that are checked at once. */
const MAX_CHECKS = 16

/** What carries the word of roots to everybody: a `Gossip` does. */
interface Herald {
  publish(topic: string, payload: Uint8Array, options?: PublishOptions): string
  on(event: 'message', listener: GossipEvents['message']): Unsubscribe
}

/** Options of {@link Reigns}. */
export interface ReignsOptions {
  readonly herald: Herald
  readonly topic: string
  readonly self: PeerId
  readonly clock: Clock
  /** Whether a peer may say that it is root. */
  readonly verify: (root: PeerId, term: number, proof: Uint8Array) => Promise<boolean>
  /** Shows that this peer may; `undefined` if it may not. */
  readonly sign: ((term: number) => Promise<Uint8Array>) | undefined
  /** The word of a root was heard. */
  readonly heard: (reign: Reign) => void
}

/** Whether one root goes before another: the later term, and of two in one term the higher id. */
export function outranks(a: Reign, b: Reign): boolean {
  return a.term > b.term || (a.term === b.term && a.root > b.root)
}

/** Who is root of a tree, as the roots say by broadcast. Everybody hears them; nobody decides. */
export class Reigns {
  /** The highest term that was heard of. */
  lastTerm = 0
  readonly #options: ReignsOptions
  readonly #off: Unsubscribe
  #heard: (Reign & { readonly at: number }) | undefined
  /** This peer's own, while it is root. */
  #own: number | undefined
  #askedAt = Number.NEGATIVE_INFINITY
  #saidAt = Number.NEGATIVE_INFINITY
  #checks = 0
  #isClosed = false

  constructor(options: ReignsOptions) {
    this.#options = options
    this.#off = options.herald.on('message', (message) => this.#message(message))
  }

  /** Another peer that is root; `undefined` if none was heard for ten seconds. */
  get other(): Reign | undefined {
    const heard = this.#heard
    if (heard === undefined || this.#options.clock.now() - heard.at > LEASE_MS) return undefined
    return { root: heard.root, term: heard.term }
  }

  /** Asks who is root, unless it did just now. */
  ask(): void {
    const now = this.#options.clock.now()
    if (now - this.#askedAt < QUIET_MS) return
    this.#askedAt = now
    this.#publish({ kind: 'who' })
  }

  /** This peer is root, in this term. */
  say(term: number): void {
    this.#own = term
    this.lastTerm = Math.max(this.lastTerm, term)
    this.#saidAt = this.#options.clock.now()
    void this.#options.sign?.(term).then((proof) => {
      if (this.#own === term) this.#publish({ kind: 'reign', term, proof })
    })
  }

  /** This peer is root no more. @param isVacant whether to say so, since nobody else is */
  unsay(isVacant: boolean): void {
    if (this.#own === undefined) return
    this.#own = undefined
    if (isVacant) this.#publish({ kind: 'vacant' })
  }

  close(): void {
    this.unsay(true)
    this.#isClosed = true
    this.#off()
  }

  #publish(frame: ReignFrame): void {
    if (this.#isClosed) return
    const { herald, topic } = this.#options
    try {
      herald.publish(topic, encodeReignFrame(frame), { priority: 'high' })
    } catch {
      // The network is left, or is told too much: it is said again.
    }
  }

  #message({ topic, author, payload }: GossipMessage): void {
    const { clock, self } = this.#options
    if (topic !== this.#options.topic || author === self) return
    const frame = decodeReignFrame(payload)
    if (frame?.kind === 'reign') this.#reign(author, frame.term, frame.proof)
    else if (frame?.kind === 'vacant' && this.#heard?.root === author) this.#heard = undefined
    else if (frame?.kind === 'who' && this.#own !== undefined) {
      if (clock.now() - this.#saidAt >= QUIET_MS) this.say(this.#own)
    }
  }

  #reign(root: PeerId, term: number, proof: Uint8Array): void {
    if (this.#checks >= MAX_CHECKS) return
    this.#checks++
    void this.#options.verify(root, term, proof).then(
      (isRoot) => {
        this.#checks--
        if (isRoot && !this.#isClosed) this.#believe({ root, term })
      },
      () => void this.#checks--,
    )
  }

  #believe(reign: Reign): void {
    this.lastTerm = Math.max(this.lastTerm, reign.term)
    const { other } = this
    if (other !== undefined && other.root !== reign.root && outranks(other, reign)) return
    this.#heard = { ...reign, at: this.#options.clock.now() }
    this.#options.heard(reign)
  }
}
