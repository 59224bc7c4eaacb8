import { bytesToHex } from '@noble/hashes/utils.js'
import {
  type Clock,
  type CloseReason,
  Emitter,
  type Lane,
  type Link,
  type LinkEvents,
  type LinkFactory,
  type LinkFingerprints,
  type Random,
  type Refusal,
  type SendResult,
  type Signal,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  type Carried,
  carry,
  decodeCode,
  decodeInner,
  encodeCode,
  encodeInner,
  readCarried,
} from './carried-signal.ts'
import type { LinkRefusal } from './link-refusal.ts'
import { type AttemptStep, SealedAttempt, type SharedKnowledge } from './sealed-attempt.ts'

/** Signals that may wait to be looked at. */
const MAX_WAITING = 128

/** Signals that may wait for the key. */
const MAX_EARLY = 64

/** Attempts of the other side that may replace one another. */
const MAX_ATTEMPTS = 8

/** What a {@link SealedLink} goes by. */
export interface SealedLinkOptions {
  readonly self: PeerId
  readonly remote: PeerId
  readonly network: string
  readonly shared: SharedKnowledge
  /** Makes the link inside. */
  readonly links: LinkFactory
  readonly clock: Clock
  readonly random: Random
  /** How long the agreement on a key may take, ms. */
  readonly timeoutMs: number
}

/**
 * A link of a network with a password or a secret. Made by `SealedLinks`.
 *
 * 1. The link inside is made when both ends agreed on a key; all its signals go out sealed with it.
 * 2. What is not sealed with it never reaches the link inside.
 * 3. When both ends dial, the attempt of the larger id stands.
 */
export class SealedLink implements Link {
  readonly remote: PeerId
  readonly maxFrameBytes: number
  readonly #options: SealedLinkOptions
  readonly #events = new Emitter<LinkEvents>()
  readonly #cancelTimeout: () => void
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #attempt: SealedAttempt | undefined
  #attempts = 0
  #waiting = 0
  #rejected = 0
  #incoming: Promise<void> = Promise.resolve()
  #outgoing: Promise<void> = Promise.resolve()

  constructor(options: SealedLinkOptions, dial: boolean) {
    const { remote, links, clock, timeoutMs } = options
    this.#options = options
    this.remote = remote
    this.maxFrameBytes = links.maxFrameBytes
    this.#cancelTimeout = clock.after(timeoutMs, () => this.#end('timeout'))
    if (dial) this.#enqueue(() => this.#dial())
  }

  get state(): 'connecting' | 'open' | 'closed' {
    return this.#state
  }

  get connection(): string | undefined {
    return this.#attempt?.connection
  }

  get fingerprints(): LinkFingerprints | undefined {
    return this.#attempt?.link?.fingerprints
  }

  /** The link inside, once both ends have the key. */
  get link(): Link | undefined {
    return this.#attempt?.link
  }

  /** 32 bytes that both ends have, for the proof on the link. */
  get binding(): Uint8Array | undefined {
    return this.#attempt?.key?.binding
  }

  get mends(): boolean {
    return this.#attempt?.link?.mends ?? false
  }

  /** Signals of the other side that made no sense, did not open, or were too many. */
  get rejected(): number {
    return this.#rejected
  }

  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  send(frame: Uint8Array, lane?: Lane): SendResult {
    return this.#attempt?.link?.send(frame, lane) ?? 'gone'
  }

  check(): void {
    this.#attempt?.link?.check()
  }

  signal(signal: unknown): void {
    if (this.#state === 'closed') return
    if (this.#waiting >= MAX_WAITING) this.#rejected++
    else this.#enqueue(() => this.#take(signal))
  }

  close(reason: CloseReason = 'local'): Promise<void> {
    const link = this.#attempt?.link
    this.#end(reason, undefined)
    return link?.close(reason) ?? Promise.resolve()
  }

  #enqueue(work: () => Promise<void> | void): void {
    this.#waiting++
    this.#incoming = this.#incoming.then(async () => {
      try {
        if (this.#state !== 'closed') await work()
      } catch {
        // An engine that fails, or could not be loaded.
        this.#end('failed')
      }
      this.#waiting--
    })
  }

  async #dial(): Promise<void> {
    // The other side was faster.
    if (this.#attempt !== undefined) return
    const name = bytesToHex(this.#options.random.fill(new Uint8Array(16)))
    await this.#begin(name, true)
  }

  async #begin(linkId: string, initiator: boolean): Promise<void> {
    const before = this.#attempt
    const attempt = new SealedAttempt({ ...this.#options, linkId, initiator })
    this.#attempt = attempt
    void before?.link?.close()
    this.#follow(attempt, await attempt.begin())
  }

  async #take(signal: unknown): Promise<void> {
    const carried = readCarried(signal)
    if (carried === undefined) {
      this.#rejected++
      if (this.#attempt === undefined) this.#refuse('PASSWORD_NEEDED', connectionOf(signal))
      return
    }
    const { type, connection, kind, bytes } = carried
    if (connection !== this.#attempt?.connection) {
      if (type !== 'offer' || !this.#adopts()) return
      await this.#begin(connection, false)
    }
    const attempt = this.#attempt
    if (attempt === undefined || this.#state === 'closed') return
    if (kind === 'exchange' && this.#state === 'connecting' && attempt.key === undefined) {
      this.#follow(attempt, attempt.receive(bytes))
    } else if (kind === 'sealed') {
      await this.#takeSealed(attempt, bytes)
    } else if (kind === 'refused' && this.#state === 'connecting') {
      const code = decodeCode(bytes)
      if (code !== undefined) this.#end('rejected', { code, by: 'peer' })
    } else {
      this.#rejected++
    }
  }

  /** Whether an offer of another attempt takes the place of the one there is. */
  #adopts(): boolean {
    const { self, remote } = this.#options
    if (this.#state === 'open' || (this.#attempt?.initiator && self > remote)) return false
    if (++this.#attempts <= MAX_ATTEMPTS) return true
    this.#rejected++
    return false
  }

  #follow(attempt: SealedAttempt, { message, refused }: AttemptStep): void {
    if (this.#attempt !== attempt || this.#state === 'closed') return
    const { connection, initiator } = attempt
    if (refused !== undefined) {
      this.#refuse(refused, connection)
      return
    }
    if (message !== undefined) {
      // The first message is what the other side makes its end of the link for.
      const type = initiator && attempt.key === undefined ? 'offer' : 'candidate'
      this.#emit({ type, connection, kind: 'exchange', bytes: message })
    }
    if (attempt.key !== undefined && attempt.link === undefined) this.#connect(attempt)
  }

  /** The key is there: from now on the link inside does the rest. */
  #connect(attempt: SealedAttempt): void {
    const { self, remote, links } = this.#options
    this.#cancelTimeout()
    const link = links.create({ self, remote, dial: attempt.initiator })
    attempt.link = link
    const isCurrent = () => this.#attempt === attempt && this.#state !== 'closed'
    link.on('signal', (signal) => this.#seal(attempt, signal))
    link.on('open', () => {
      if (!isCurrent()) return
      this.#state = 'open'
      this.#events.emit('open')
    })
    link.on('frame', (frame, lane) => {
      if (isCurrent()) this.#events.emit('frame', frame, lane)
    })
    link.on('drain', (lane) => {
      if (isCurrent()) this.#events.emit('drain', lane)
    })
    for (const event of ['progress', 'suspect', 'recovered'] as const) {
      link.on(event, () => {
        if (isCurrent()) this.#events.emit(event)
      })
    }
    link.on('close', (reason, refusal) => {
      if (isCurrent()) this.#end(reason, refusal)
    })
    for (const bytes of attempt.early.splice(0)) {
      this.#enqueue(() => this.#takeSealed(attempt, bytes))
    }
  }

  #seal(attempt: SealedAttempt, signal: Signal): void {
    this.#outgoing = this.#outgoing.then(async () => {
      const inner = encodeInner(signal)
      const sealed = inner && (await attempt.key?.seal(inner).catch(() => undefined))
      if (sealed === undefined || this.#attempt !== attempt || this.#state === 'closed') return
      const { connection } = attempt
      this.#emit({ type: signal.type, connection, kind: 'sealed', bytes: sealed })
    })
  }

  async #takeSealed(attempt: SealedAttempt, bytes: Uint8Array): Promise<void> {
    const { key, link, initiator, connection } = attempt
    if (key === undefined || link === undefined) {
      if (attempt.early.length < MAX_EARLY) attempt.early.push(bytes)
      else this.#rejected++
      return
    }
    const opened = await key.open(bytes)
    const signal = opened && decodeInner(opened)
    if (signal !== undefined) {
      link.signal(signal)
      return
    }
    this.#rejected++
    const isFirst = !initiator && link.connection === undefined
    // After an exchange both ends have one key, so it is rubbish of somebody else.
    if (isFirst && 'secret' in this.#options.shared) this.#refuse('WRONG_SECRET', connection)
  }

  #refuse(code: LinkRefusal, connection: string | undefined): void {
    if (connection !== undefined) {
      this.#emit({ type: 'candidate', connection, kind: 'refused', bytes: encodeCode(code) })
    }
    this.#end('rejected', { code, by: 'self' })
  }

  #emit(carried: Carried): void {
    this.#events.emit('signal', carry(carried))
  }

  #end(reason: CloseReason, refusal?: Refusal): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancelTimeout()
    void this.#attempt?.link?.close(reason)
    this.#events.emit('close', reason, refusal)
  }
}

function connectionOf(signal: unknown): string | undefined {
  const { connection } = (signal ?? {}) as Partial<Signal>
  return typeof connection === 'string' && connection.length <= 64 ? connection : undefined
}
