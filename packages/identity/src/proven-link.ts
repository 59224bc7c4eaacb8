import {
  type Clock,
  type CloseReason,
  Emitter,
  type Lane,
  type Link,
  type LinkEvents,
  type LinkFingerprints,
  type Refusal,
  type SendResult,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  encodeReady,
  encodeRefuse,
  encodeTalk,
  isAdmissionFrame,
  readAdmissionFrame,
} from './admission-frames.ts'
import type { Awaitable } from './awaitable.ts'
import type { HandshakeStep, LinkHandshake, ProvenPeer } from './link-handshake.ts'
import type { LinkRefusal } from './link-refusal.ts'
import { type Authorize, Talk } from './link-talk.ts'

/** Frames of the other side that may wait while one is looked at: more than a proof takes. */
const MAX_WAITING = 24

/** How often whoever waits hears that the hooks are not done yet, ms. */
const PROGRESS_MS = 1000

/** A link that two ends may share a key for: its `binding`, of a `SessionKey`. */
export type BoundLink = Link & { readonly binding?: Uint8Array | undefined }

/** What a {@link ProvenLink} goes by. */
export interface ProvenLinkOptions {
  readonly link: BoundLink
  readonly clock: Clock
  readonly timeoutMs: number
  readonly authorizeTimeoutMs: number
  readonly authorize: Authorize | undefined
  /** Begins the proof, the link being open. */
  readonly begin: (fingerprints: LinkFingerprints, linkId: string) => LinkHandshake
  /** The link is about to open. */
  readonly proven: (peer: ProvenPeer) => void
}

/**
 * A link whose ends prove who they are before it opens. Made by `ProvenLinks`.
 *
 * 1. `open` is emitted when both proofs hold, and both ends' hooks said yes.
 * 2. Until then no frame comes in or goes out but those of the proof and of the hooks; whatever else
 *    the other side sends ends the link.
 * 3. A link that is refused closes with `rejected` and a `LinkRefusal`, which the other side is told.
 */
export class ProvenLink implements Link {
  readonly #options: ProvenLinkOptions
  readonly #events = new Emitter<LinkEvents>()
  readonly #waiting: Uint8Array[] = []
  readonly #talk: Talk
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #handshake: LinkHandshake | undefined
  #busy = false
  #peer: ProvenPeer | undefined
  /** Whether this side, and the other, takes the link. */
  #ready = { here: false, there: false }
  #refusal: Refusal | undefined
  #cancelTimeout: () => void = () => {}

  constructor(options: ProvenLinkOptions) {
    const { link } = options
    this.#options = options
    this.#talk = new Talk((bytes) => link.send(encodeTalk(bytes)) === 'sent')
    link.on('progress', () => this.#events.emit('progress'))
    link.on('open', () => this.#begin())
    link.on('frame', (frame, lane) => this.#take(frame, lane))
    link.on('signal', (signal) => this.#events.emit('signal', signal))
    link.on('drain', (lane) => {
      if (this.#state === 'open') this.#events.emit('drain', lane)
    })
    for (const event of ['suspect', 'recovered'] as const) {
      link.on(event, () => {
        if (this.#state === 'open') this.#events.emit(event)
      })
    }
    link.on('close', (reason, refusal) => this.#end(reason, refusal))
  }

  get remote(): PeerId {
    return this.#options.link.remote
  }

  get state(): 'connecting' | 'open' | 'closed' {
    return this.#state
  }

  get connection(): string | undefined {
    return this.#options.link.connection
  }

  get fingerprints(): LinkFingerprints | undefined {
    return this.#options.link.fingerprints
  }

  get maxFrameBytes(): number {
    return this.#options.link.maxFrameBytes
  }

  get mends(): boolean {
    return this.#options.link.mends
  }

  /** The link inside, for what is not of frames, once this one is open. */
  get link(): Link {
    return this.#options.link
  }

  /** Who the other end is, once that is proven. */
  get peer(): ProvenPeer | undefined {
    return this.#peer
  }

  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  send(frame: Uint8Array, lane?: Lane): SendResult {
    return this.#state === 'open' ? this.#options.link.send(frame, lane) : 'gone'
  }

  signal(signal: unknown): void {
    this.#options.link.signal(signal)
  }

  check(): void {
    this.#options.link.check()
  }

  close(reason: CloseReason = 'local'): Promise<void> {
    return this.#options.link.close(reason)
  }

  #begin(): void {
    const { link, clock, timeoutMs, begin } = this.#options
    const { fingerprints, connection } = link
    if (fingerprints === undefined || connection === undefined) {
      this.#refuse('FINGERPRINT')
      return
    }
    this.#cancelTimeout = clock.after(timeoutMs, () => this.#refuse('PROOF_TIMEOUT'))
    this.#handshake = begin(fingerprints, connection)
    this.#events.emit('progress')
    this.#transmit(this.#handshake.hello)
    this.#work()
  }

  #take(frame: Uint8Array, lane: Lane | undefined): void {
    if (this.#state === 'open') {
      this.#events.emit('frame', frame, lane)
    } else if (lane === 'loose') {
      // It overtook the end of the proof, and may get lost.
    } else if (this.#waiting.length >= MAX_WAITING) {
      this.#refuse('PROOF_FLOOD')
    } else {
      this.#waiting.push(frame)
      this.#work()
    }
  }

  /** Looks at the frames that came, one after the other. */
  #work(): void {
    while (this.#state !== 'closed' && !this.#busy && this.#handshake !== undefined) {
      const frame = this.#waiting.shift()
      if (frame === undefined) return
      const step = this.#look(frame, this.#handshake)
      if (step instanceof Promise) {
        this.#busy = true
        step.then(
          (step) => {
            this.#busy = false
            this.#follow(step)
            this.#work()
          },
          // The engine is broken, or could not be loaded: nothing can be proven.
          () => this.#refuse('PROOF_INVALID'),
        )
      } else {
        this.#follow(step)
      }
    }
  }

  #look(frame: Uint8Array, handshake: LinkHandshake): Awaitable<HandshakeStep | undefined> {
    if (!isAdmissionFrame(frame)) return handshake.receive(frame)
    const said = readAdmissionFrame(frame)
    if (said?.type === 'refuse') {
      this.#refusal = { code: said.code, by: 'peer' }
      void this.#options.link.close('rejected')
    } else if (said === undefined || this.#peer === undefined || this.#ready.there) {
      this.#refuse('PROOF_MALFORMED')
    } else if (said.type === 'ready') {
      this.#ready.there = true
      this.#openIfReady()
    } else if (!this.#talk.heard(said.bytes)) {
      this.#refuse('PROOF_FLOOD')
    }
    return undefined
  }

  #follow(step: HandshakeStep | undefined): void {
    if (step === undefined || this.#state === 'closed') return
    if (step.status === 'send') this.#transmit(step.frame)
    else if (step.status === 'refused') this.#refuse(step.code)
    else this.#admit(step)
  }

  #admit({ id, key, verified }: ProvenPeer): void {
    const peer = { id, key, verified }
    this.#peer = peer
    const { authorize, clock, authorizeTimeoutMs } = this.#options
    // Proven here: what remains is up to the hooks of both ends.
    this.#cancelTimeout()
    const cancelDeadline = clock.after(authorizeTimeoutMs, () => this.#refuse('PROOF_TIMEOUT'))
    let cancelSign = () => {}
    const giveSign = () => {
      this.#events.emit('progress')
      cancelSign = clock.after(PROGRESS_MS, giveSign)
    }
    giveSign()
    this.#cancelTimeout = () => {
      cancelDeadline()
      cancelSign()
    }
    if (authorize === undefined) {
      this.#admitted(true)
      return
    }
    // In its own turn, so that whatever it throws is caught.
    Promise.resolve()
      .then(() => authorize(peer, this.#talk))
      .then(
        (admits) => this.#admitted(admits === true),
        () => this.#admitted(false),
      )
  }

  #admitted(admits: boolean): void {
    if (this.#state === 'closed') return
    if (!admits) {
      this.#refuse('NOT_AUTHORIZED')
      return
    }
    this.#ready.here = true
    this.#transmit(encodeReady())
    this.#openIfReady()
  }

  #openIfReady(): void {
    const { here, there } = this.#ready
    if (!here || !there || this.#state !== 'connecting') return
    this.#cancelTimeout()
    this.#state = 'open'
    this.#options.proven(this.#peer as ProvenPeer)
    this.#events.emit('open')
  }

  /** A fresh link has room for all of a proof. */
  #transmit(frame: Uint8Array): void {
    const { link } = this.#options
    if (this.#state !== 'closed' && link.send(frame) !== 'sent') void link.close('failed')
  }

  #refuse(code: LinkRefusal): void {
    if (this.#state === 'closed') return
    const { link } = this.#options
    this.#refusal ??= { code, by: 'self' }
    link.send(encodeRefuse(code))
    void link.close('rejected')
  }

  #end(reason: CloseReason, refusal: Refusal | undefined): void {
    this.#state = 'closed'
    this.#cancelTimeout()
    this.#talk.end()
    this.#waiting.length = 0
    this.#events.emit('close', reason, this.#refusal ?? refusal)
  }
}
