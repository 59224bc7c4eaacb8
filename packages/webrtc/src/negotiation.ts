import type { LinkFingerprints, Random, Signal } from '@pigeon/transport'
import type { RtcCandidate, RtcPeer } from './engine.ts'
import { PinnedFingerprint } from './fingerprint.ts'
import { DEFAULT_MAX_MESSAGE_BYTES, iceUfrag, maxMessageBytes, parseSignal } from './signals.ts'

type Offer = Signal & { type: 'offer' | 'answer' }
type Candidate = Signal & { type: 'candidate' }

/** Candidates that may wait for their description. */
const MAX_EARLY_CANDIDATES = 64

/** Candidates taken for one session of ICE. */
const MAX_CANDIDATES = 256

/** Offers of the other side that may replace one another before the link opens. */
const MAX_ATTEMPTS = 8

/** Signals that may wait for the engine. */
const MAX_WAITING = 128

/** What a {@link Negotiation} needs of its link. */
export interface NegotiationWorld {
  /** W3C webrtc-pc §10.7: the polite side gives up its offer when both offer at once. */
  readonly polite: boolean
  readonly random: Random
  /** As {@link RtcTraits.iceRestart}. */
  readonly iceRestart: boolean
  /** Makes a peer with its data channel, and forgets the one before. */
  createPeer(): RtcPeer | Promise<RtcPeer>
  /** Brings a signal to the other side. */
  signal(signal: Signal): void
  /** This side cannot even offer. */
  failed(): void
  /** The other side's certificate is not one, or not the one it was. */
  mistrusted(): void
}

/**
 * Perfect negotiation (W3C webrtc-pc §10.7) for one link. Invariants:
 * 1. Signals are worked on one after the other; the engine never sees two at once.
 * 2. `connection` names the offer both sides work on. On simultaneous first offers that is the
 *    impolite side's.
 * 3. Once the link is open, `connection` never changes; later offers carry the same.
 * 4. Everything that can pile up because of the other side has a bound, and beyond it counts as
 *    rejected.
 */
export class Negotiation {
  readonly #world: NegotiationWorld
  #peer: RtcPeer | undefined
  #connection: string | undefined
  /** Whether the attempt is by our offer. */
  #own = false
  #described = false
  /** Of this side's certificate, on this attempt. */
  #local = new PinnedFingerprint()
  /** Of the other side's. */
  #remote = new PinnedFingerprint()
  /** The other side's, of its last description. */
  #ufrag: string | undefined
  #opened = false
  #closed = false
  #rejected = 0
  #attempts = 0
  #candidates = 0
  #early: Candidate[] = []
  #waiting = 0
  #work: Promise<void> = Promise.resolve()
  #maxMessageBytes: number = DEFAULT_MAX_MESSAGE_BYTES

  constructor(world: NegotiationWorld) {
    this.#world = world
  }

  get peer(): RtcPeer | undefined {
    return this.#peer
  }

  get connection(): string | undefined {
    return this.#connection
  }

  /** Signals that were rubbish, or too many. */
  get rejected(): number {
    return this.#rejected
  }

  /** The largest message the other side takes, bytes. */
  get maxMessageBytes(): number {
    return this.#maxMessageBytes
  }

  /**
   * Of the descriptions that the engine was given, as soon as it has them: a channel may open before
   * a browser shows them as those in force.
   */
  get fingerprints(): LinkFingerprints | undefined {
    const [local, remote] = [this.#local.value, this.#remote.value]
    return local && remote && { local, remote }
  }

  /** Offers, unless the other side was faster. */
  dial(): void {
    this.#enqueue(async () => {
      if (this.#connection !== undefined) return
      this.#own = true
      this.#connection = toHex(this.#world.random.fill(new Uint8Array(16)))
      try {
        await this.#createPeer()
        await this.#offer()
      } catch {
        if (!this.#closed) this.#world.failed()
      }
    })
  }

  /** The data channel is open: `connection` stands. */
  opened(): void {
    this.#opened = true
    this.#early = []
  }

  close(): void {
    this.#closed = true
    this.#early = []
  }

  /** Lets go of the peer, which browsers count until nothing holds it any more. */
  forget(): void {
    this.#peer = undefined
  }

  /** The engine wants a new offer, as after adding a track. */
  renegotiate(): void {
    if (!this.#opened) return
    this.#enqueue(async () => {
      // If it is not stable, the engine asks again once it is.
      if (this.#peer?.signalingState === 'stable') await this.#offer()
    })
  }

  /** Offers to restart ICE. An offer that is under way already is sent again instead. */
  restart(): void {
    if (!this.#opened) return
    this.#enqueue(async () => {
      if (!this.#remind()) await this.#offer({ iceRestart: true })
    })
  }

  /** Sends an offer on an open link that nobody answered again. @returns whether there is one */
  remind(): boolean {
    const unanswered = this.#opened && this.#peer?.signalingState === 'have-local-offer'
    if (unanswered) this.#enqueue(async () => void this.#remind())
    return unanswered
  }

  /** The engine found an address of ours. */
  found(candidate: RtcCandidate): void {
    if (this.#closed || this.#connection === undefined || candidate.candidate === '') return
    this.#world.signal({
      type: 'candidate',
      connection: this.#connection,
      candidate: candidate.candidate,
      sdpMid: candidate.sdpMid ?? null,
      sdpMLineIndex: candidate.sdpMLineIndex ?? null,
    })
  }

  /** Takes what came from the other side, whatever it is. */
  receive(value: unknown): void {
    if (this.#closed) return
    const signal = parseSignal(value)
    if (signal === undefined || this.#waiting >= MAX_WAITING) this.#rejected++
    else this.#enqueue(() => this.#take(signal))
  }

  #enqueue(work: () => Promise<void>): void {
    this.#waiting++
    this.#work = this.#work.then(async () => {
      try {
        if (!this.#closed) await work()
      } catch {
        // Bytes from the network never throw; the engine did not like this signal.
        this.#rejected++
      }
      this.#waiting--
    })
  }

  async #take(signal: Signal): Promise<void> {
    const current = signal.connection === this.#connection
    if (signal.type === 'candidate') return this.#takeCandidate(signal, current)
    if (signal.type === 'answer') return current ? this.#takeAnswer(signal) : undefined
    if (current) return this.#takeNextOffer(signal)
    // An open link, and on glare the impolite side, stay with what they have.
    if (this.#opened || (this.#own && !this.#world.polite)) return undefined
    return this.#adopt(signal)
  }

  async #createPeer(): Promise<void> {
    const made = this.#world.createPeer()
    this.#peer = made instanceof Promise ? await made : made
    this.#local = new PinnedFingerprint()
    this.#remote = new PinnedFingerprint()
  }

  async #offer(options?: { iceRestart: boolean }): Promise<void> {
    const peer = this.#peer as RtcPeer
    const connection = this.#connection as string
    const { sdp = '' } = await peer.createOffer(options)
    if (this.#closed) return
    this.#local.check(sdp)
    // Before setLocalDescription: some engines gather all candidates in it.
    this.#world.signal({ type: 'offer', connection, sdp })
    await peer.setLocalDescription({ type: 'offer', sdp })
  }

  /** Candidates may have been lost as well, so they go along. */
  #remind(): boolean {
    const peer = this.#peer as RtcPeer
    if (peer.signalingState !== 'have-local-offer') return false
    const sdp = peer.localDescription?.sdp ?? ''
    this.#world.signal({ type: 'offer', connection: this.#connection as string, sdp })
    return true
  }

  /**
   * Takes the other's first offer, in place of ours if there is one: with a new peer, not by a
   * rollback. Candidates found for the old offer went out under its name and are dropped there, and
   * a peer that rolled back does not find them again.
   */
  async #adopt(offer: Offer): Promise<void> {
    if (++this.#attempts > MAX_ATTEMPTS) {
      this.#rejected++
      return
    }
    this.#own = false
    this.#described = false
    this.#ufrag = undefined
    this.#candidates = 0
    this.#connection = offer.connection
    try {
      await this.#createPeer()
      await this.#answer(offer)
    } catch (error) {
      // The next offer starts afresh.
      this.#connection = undefined
      throw error
    }
  }

  /** An offer on an attempt that stands already: renegotiation. */
  async #takeNextOffer(offer: Offer): Promise<void> {
    const restarts = this.#described && iceUfrag(offer.sdp) !== this.#ufrag
    if (restarts && !this.#world.iceRestart) {
      this.#rejected++
      return
    }
    const collision = this.#peer?.signalingState !== 'stable'
    if (collision && (!this.#world.polite || !this.#described)) return
    await this.#answer(offer)
  }

  /** `setRemoteDescription` rolls an offer of ours back, if there is one. */
  async #answer(offer: Offer): Promise<void> {
    const peer = this.#peer as RtcPeer
    if (!this.#trusts(offer)) return
    await peer.setRemoteDescription({ type: 'offer', sdp: offer.sdp })
    await this.#describe(offer.sdp)
    const { sdp = '' } = await peer.createAnswer()
    if (this.#closed) return
    this.#local.check(sdp)
    this.#world.signal({ type: 'answer', connection: offer.connection, sdp })
    await peer.setLocalDescription({ type: 'answer', sdp })
  }

  async #takeAnswer(answer: Offer): Promise<void> {
    if (this.#peer?.signalingState !== 'have-local-offer' || !this.#trusts(answer)) return
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: answer.sdp })
    await this.#describe(answer.sdp)
  }

  /** Before the engine sees it: some accept any certificate they ever heard of. */
  #trusts({ sdp }: Offer): boolean {
    const trusts = this.#remote.check(sdp) !== undefined
    if (!trusts) this.#world.mistrusted()
    return trusts
  }

  async #takeCandidate(candidate: Candidate, current: boolean): Promise<void> {
    if (current && this.#described) return this.#addCandidate(candidate)
    if (this.#opened) return
    if (this.#early.length >= MAX_EARLY_CANDIDATES) this.#rejected++
    else this.#early.push(candidate)
  }

  /** The remote description is there: candidates that waited for it may follow. */
  async #describe(sdp: string): Promise<void> {
    this.#described = true
    const ufrag = iceUfrag(sdp)
    if (ufrag !== this.#ufrag) this.#candidates = 0
    this.#ufrag = ufrag
    if (!this.#opened) this.#maxMessageBytes = maxMessageBytes(sdp)
    const early = this.#early
    this.#early = []
    for (const candidate of early) {
      if (candidate.connection === this.#connection) await this.#addCandidate(candidate)
    }
  }

  async #addCandidate({ candidate, sdpMid, sdpMLineIndex }: Candidate): Promise<void> {
    if (++this.#candidates > MAX_CANDIDATES) {
      this.#rejected++
      return
    }
    try {
      await this.#peer?.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
    } catch {
      this.#rejected++
    }
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
