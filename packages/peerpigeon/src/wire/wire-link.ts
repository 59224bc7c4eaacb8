import type { Clock } from '@pigeon/transport'
import type { IceServer, RtcCandidate, RtcChannel, RtcEngine, RtcPeer } from '@pigeon/webrtc'
import type { SignalType } from './signals.ts'

/** How long a link may take to open, ms. */
const OPEN_MS = 15_000

/** Addresses that are found so fast go along with the description, ms: PeerPigeon loses those that come before it. */
const GATHER_MS = 300

/** Candidates that may wait for their description. */
const MAX_EARLY = 64

/** Bytes that may wait in the channel; more are dropped. */
const MAX_BUFFERED_BYTES: number = 1024 * 1024

/** What a {@link WireLink} works with. */
export interface WireLinkOptions {
  readonly engine: RtcEngine
  readonly iceServers: readonly IceServer[]
  readonly clock: Clock
  /** Whether this side offers. */
  readonly isInitiator: boolean
  readonly signal: (type: SignalType, data: unknown) => void
  readonly opened: () => void
  readonly message: (text: string) => void
  /** Exactly once. */
  readonly closed: (reason: string) => void
}

/** One link to a peer of PeerPigeon: a channel called `messages` that carries text. */
export class WireLink {
  readonly isInitiator: boolean
  /** When it was begun, ms. */
  readonly begunAt: number
  /** When it opened, ms; none before. */
  openedAt: number | undefined
  readonly #options: WireLinkOptions
  readonly #peer: RtcPeer
  #channel: RtcChannel | undefined
  #early: RtcCandidate[] = []
  /** What is found from now on is told by itself. */
  #trickles = false
  #gathered: () => void = () => {}
  #isOver = false
  readonly #cancel: () => void

  /** @throws whatever the engine throws */
  constructor(options: WireLinkOptions) {
    const { engine, iceServers, clock, isInitiator } = options
    this.#options = options
    this.isInitiator = isInitiator
    this.begunAt = clock.now()
    this.#peer = engine.create({ iceServers })
    this.#cancel = clock.after(OPEN_MS, () => this.close('timeout'))
    this.#peer.addEventListener('icecandidate', ({ candidate }) => this.#found(candidate))
    this.#peer.addEventListener('connectionstatechange', () => {
      const { connectionState } = this.#peer
      if (connectionState === 'failed' || connectionState === 'closed') this.close(connectionState)
    })
    if (isInitiator) {
      const init = { ordered: true } as Parameters<RtcPeer['createDataChannel']>[1]
      this.#take(this.#peer.createDataChannel('messages', init))
    } else {
      this.#peer.addEventListener('datachannel', ({ channel }) => {
        if (channel !== undefined && this.#channel === undefined) this.#take(channel)
        else channel?.close()
      })
    }
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#channel?.readyState === 'open'
  }

  /** Sends the offer. */
  dial(): void {
    void this.#try(async () => {
      await this.#describe(await this.#peer.createOffer())
      this.#tell('offer')
    })
  }

  /** Answers an offer. @param data what came from the other side */
  answer(data: unknown): void {
    void this.#try(async () => {
      await this.#peer.setRemoteDescription({ type: 'offer', sdp: sdpOf(data, 'offer') })
      await this.#takeEarly()
      await this.#describe(await this.#peer.createAnswer())
      this.#tell('answer')
    })
  }

  /** The answer came. */
  answered(data: unknown): void {
    void this.#try(async () => {
      if (this.#peer.signalingState !== 'have-local-offer') return
      await this.#peer.setRemoteDescription({ type: 'answer', sdp: sdpOf(data, 'answer') })
      await this.#takeEarly()
    })
  }

  /** An address of the other side came. */
  candidate(data: unknown): void {
    const { candidate, sdpMid, sdpMLineIndex } = Object(data) as Record<string, unknown>
    if (typeof candidate !== 'string' || candidate === '') return
    const read: RtcCandidate = {
      candidate,
      sdpMid: typeof sdpMid === 'string' ? sdpMid : null,
      sdpMLineIndex: typeof sdpMLineIndex === 'number' ? sdpMLineIndex : null,
    }
    if (this.#peer.remoteDescription === null) {
      if (this.#early.length < MAX_EARLY) this.#early.push(read)
      return
    }
    // One address that makes no sense is none; others may do.
    void this.#peer.addIceCandidate(read).catch(() => {})
  }

  /** @returns whether it was handed to the channel */
  send(text: string): boolean {
    const channel = this.#channel as (RtcChannel & { send(text: string): void }) | undefined
    if (!this.isOpen || channel === undefined) return false
    if (channel.bufferedAmount > MAX_BUFFERED_BYTES) return false
    channel.send(text)
    return true
  }

  close(reason = 'closed'): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#cancel()
    this.#gathered()
    this.#channel?.close()
    void Promise.resolve(this.#peer.close()).catch(() => {})
    this.#options.closed(reason)
  }

  #take(channel: RtcChannel): void {
    this.#channel = channel
    const opened = (): void => {
      if (this.#isOver || this.openedAt !== undefined) return
      this.#cancel()
      this.openedAt = this.#options.clock.now()
      this.#options.opened()
    }
    channel.addEventListener('open', opened)
    channel.addEventListener('close', () => this.close('closed'))
    channel.addEventListener('message', ({ data }) => {
      if (!this.#isOver && typeof data === 'string') this.#options.message(data)
    })
    // A channel that came with the connection may be open already.
    if (channel.readyState === 'open') opened()
  }

  #found(candidate: RtcCandidate | null | undefined): void {
    if (!candidate?.candidate) this.#gathered()
    else if (this.#trickles) this.#options.signal('ice-candidate', plain(candidate))
  }

  /** Sets the own description, and waits a moment for addresses to go with it. */
  async #describe(description: Awaited<ReturnType<RtcPeer['createOffer']>>): Promise<void> {
    const gathered = new Promise<void>((resolve) => {
      this.#gathered = resolve
    })
    await this.#peer.setLocalDescription(description)
    const cancel = this.#options.clock.after(GATHER_MS, this.#gathered)
    await gathered
    cancel()
  }

  #tell(type: 'offer' | 'answer'): void {
    if (this.#isOver) return
    this.#trickles = true
    this.#options.signal(type, { type, sdp: this.#peer.localDescription?.sdp })
  }

  async #takeEarly(): Promise<void> {
    for (const candidate of this.#early.splice(0)) {
      await this.#peer.addIceCandidate(candidate).catch(() => {})
    }
  }

  /** Whatever the other side, or the engine, gets wrong ends the link. */
  async #try(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch {
      this.close('failed')
    }
  }
}

function plain({ candidate, sdpMid, sdpMLineIndex }: RtcCandidate): object {
  return { candidate, sdpMid, sdpMLineIndex }
}

/** @throws TypeError if it is no description of this type */
function sdpOf(data: unknown, type: 'offer' | 'answer'): string {
  const { type: said, sdp } = Object(data) as { type?: unknown; sdp?: unknown }
  if (said === type && typeof sdp === 'string') return sdp
  throw new TypeError(`no ${type}`)
}
