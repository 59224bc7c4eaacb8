import type { MessageSocket } from '@pigeon/signaling-protocol'
import {
  ByteReader,
  ByteWriter,
  type Clock,
  Emitter,
  type Random,
  type SendResult,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  decodeGreeting,
  encodeGreeting,
  GREETING_NONCE_BYTES,
  type Greeting,
  greetingTranscript,
  HUB_LINK_VERSION,
} from './greeting.ts'
import type { HubTrust } from './trust.ts'

/** Bytes of a host's name. */
const MAX_HOST_BYTES = 255

/** The WebSocket subprotocol of links between hubs. */
export const HUB_SUBPROTOCOL = 'pigeon-hub.1'

/** From the connection to a link that may be used, ms. */
const HANDSHAKE_MS = 5000

/** After so long without hearing anything a PING is sent, ms. */
const PING_MS = 2000

/** After so long a link is dead, ms: claims of a dead hub are gone well within 10 s. */
const SILENCE_MS = 6000

/** A tick this much behind its time tells of a stall here, not of silence there, ms. */
const LATE_MS = 1000

/** How often a congested link is looked at, ms. */
const DRAIN_MS = 10

const FRAME = 0
const GREETING = 1
const PROOF = 2
const PING = 3
const PONG = 4
const BYE = 5
const SEEN_AS = 6

/** Why a hub would not have a link, or ended it; the close reason begins with it. */
export type HubLinkEnd =
  /** It is this very hub. */
  | 'SELF'
  /** No secret in common, and no trusted key. */
  | 'UNTRUSTED'
  | 'NAMESPACE'
  | 'VERSION'
  | 'MALFORMED'
  /** There is another link between the two. */
  | 'DUPLICATE'
  /** It goes on over peer-to-peer links. */
  | 'MIGRATED'
  | 'FLOOD'
  | 'BYE'
  | 'TIMEOUT'
  | 'CLOSED'

const ENDS: readonly HubLinkEnd[] = [
  ...(['BYE', 'MIGRATED', 'DUPLICATE', 'UNTRUSTED', 'NAMESPACE', 'VERSION'] as const),
  ...(['SELF', 'MALFORMED', 'FLOOD', 'TIMEOUT', 'CLOSED'] as const),
]

/** WebSocket close code of links between hubs; the reason says more. */
const CLOSE_CODE = 4100

/** What happens on a {@link HubSocket}. */
export interface HubSocketEvents {
  /** Both sides have proven themselves. */
  open: (remote: Greeting) => void
  frame: (frame: Uint8Array) => void
  drain: () => void
  /** The address under which the other hub sees this one. */
  seenAs: (host: string) => void
  /** It is over. Exactly once. */
  close: (end: HubLinkEnd, code: number, reason: string) => void
}

/** What a {@link HubSocket} needs of its hub. */
export interface HubSocketOptions {
  readonly self: PeerId
  readonly namespace: string
  readonly incarnation: number
  readonly url: () => string
  readonly port: () => number
  readonly trust: HubTrust
  readonly clock: Clock
  readonly random: Random
  readonly maxFrameBytes: number
  /** Unsent bytes above which a link is congested. */
  readonly windowBytes: number
}

/**
 * One link between two hubs over a message socket: greetings, a proof of each side over both, then
 * frames.
 *
 * Invariants: no frame is taken before both proofs; what makes no sense ends the link, never the hub.
 */
export class HubSocket {
  readonly isDialler: boolean
  readonly #socket: MessageSocket
  readonly #options: HubSocketOptions
  readonly #events = new Emitter<HubSocketEvents>()
  readonly #own: Uint8Array
  #remoteBytes: Uint8Array | undefined
  #remote: Greeting | undefined
  #state: 'greeting' | 'proving' | 'open' | 'closed' = 'greeting'
  #isProven = false
  #end: HubLinkEnd | undefined
  #heardAt: number
  #cancelTimer: () => void
  #cancelDrain: (() => void) | undefined

  /** @param isDialler whether this side made the connection */
  constructor(socket: MessageSocket, isDialler: boolean, options: HubSocketOptions) {
    const { clock, random, self: id, namespace, incarnation } = options
    this.#socket = socket
    this.isDialler = isDialler
    this.#options = options
    this.#heardAt = clock.now()
    const nonce = random.fill(new Uint8Array(GREETING_NONCE_BYTES))
    const sessionKey = new Uint8Array(0)
    const said = {
      id,
      namespace,
      incarnation,
      nonce,
      sessionKey,
      url: options.url(),
      port: options.port(),
    }
    this.#own = encodeGreeting({ version: HUB_LINK_VERSION, ...said })
    this.#cancelTimer = clock.after(HANDSHAKE_MS, () => this.close('TIMEOUT'))
    if (isDialler) socket.on('open', () => this.#say(GREETING, this.#own))
    socket.on('message', (bytes) => this.#message(bytes))
    socket.on('close', (code, reason) => this.#closed(code, reason))
  }

  /** The other hub, once it has greeted; whether it may be believed is known once it is open. */
  get remote(): Greeting | undefined {
    return this.#remote
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  on<E extends keyof HubSocketEvents>(event: E, listener: HubSocketEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  send(frame: Uint8Array): SendResult {
    if (this.#state !== 'open') return 'gone'
    if (frame.length > this.#options.maxFrameBytes) return 'too-large'
    const { bufferedBytes } = this.#socket
    if (bufferedBytes > 0 && bufferedBytes + frame.length > this.#options.windowBytes) {
      this.#awaitDrain()
      return 'congested'
    }
    this.#say(FRAME, frame)
    return 'sent'
  }

  /** Tells the other hub where this one sees it. */
  tellSeenAs(host: string): void {
    this.#say(SEEN_AS, new ByteWriter().text(host).finish())
  }

  close(end: HubLinkEnd = 'BYE'): void {
    if (this.#state === 'closed' || this.#end !== undefined) return
    this.#end = end
    if (this.#state === 'open') this.#say(BYE, Uint8Array.of(ENDS.indexOf(end)))
    this.#socket.close(CLOSE_CODE, WORDS[end])
  }

  #say(type: number, body: Uint8Array): void {
    const bytes = new Uint8Array(1 + body.length)
    bytes[0] = type
    bytes.set(body, 1)
    this.#socket.send(bytes)
  }

  #message(bytes: Uint8Array): void {
    if (this.#end !== undefined) return
    this.#heardAt = this.#options.clock.now()
    const [type] = bytes
    if (type === FRAME && this.#state === 'open') {
      if (bytes.length > this.#options.maxFrameBytes + 1) this.close('MALFORMED')
      else this.#events.emit('frame', bytes.subarray(1))
    } else if (type === GREETING && this.#state === 'greeting') this.#greeted(bytes.subarray(1))
    else if (type === PROOF && this.#state === 'proving') this.#proven(bytes.subarray(1))
    else if (type === PING && this.#state === 'open') this.#say(PONG, NOTHING)
    else if (type === SEEN_AS && this.#state === 'open') this.#seenAs(bytes.subarray(1))
    else if (type === BYE && this.#state === 'open') {
      this.#end = ENDS[bytes[1] ?? 0] ?? 'BYE'
      this.#socket.close(CLOSE_CODE, this.#end)
    } else if (type !== PONG || this.#state !== 'open') this.close('MALFORMED')
  }

  #greeted(bytes: Uint8Array): void {
    const greeting = decodeGreeting(bytes)
    if (greeting === undefined) {
      this.close('MALFORMED')
      return
    }
    if (!('id' in greeting)) {
      this.close('VERSION')
      return
    }
    const { self, namespace, trust } = this.#options
    this.#remote = greeting
    this.#remoteBytes = new Uint8Array(bytes)
    if (!this.isDialler) this.#say(GREETING, this.#own)
    if (greeting.id === self) this.close('SELF')
    else if (greeting.namespace !== namespace) this.close('NAMESPACE')
    else if (!trust.isSet) this.close('UNTRUSTED')
    else {
      this.#state = 'proving'
      const side = this.isDialler ? 'dialler' : 'listener'
      trust.prove({ transcript: this.#transcript, side }, (proof) => this.#say(PROOF, proof))
    }
  }

  get #transcript(): Uint8Array {
    const remote = this.#remoteBytes ?? NOTHING
    return this.isDialler
      ? greetingTranscript(this.#own, remote)
      : greetingTranscript(remote, this.#own)
  }

  #proven(proof: Uint8Array): void {
    const remote = this.#remote
    if (remote === undefined || this.#isProven) {
      this.close('MALFORMED')
      return
    }
    this.#isProven = true
    const side = this.isDialler ? 'listener' : 'dialler'
    const { trust, clock } = this.#options
    trust.check(remote.id, { transcript: this.#transcript, side }, proof, (isGood) => {
      if (this.#state !== 'proving' || this.#end !== undefined) return
      if (!isGood) {
        this.close('UNTRUSTED')
        return
      }
      this.#state = 'open'
      this.#cancelTimer()
      this.#heardAt = clock.now()
      this.#listen()
      this.#events.emit('open', remote)
    })
  }

  #seenAs(bytes: Uint8Array): void {
    try {
      this.#events.emit('seenAs', new ByteReader(bytes).text(MAX_HOST_BYTES))
    } catch {
      this.close('MALFORMED')
    }
  }

  /** Looks now and then whether the other side lives. */
  #listen(): void {
    const { clock } = this.#options
    const due = clock.now() + PING_MS / 2
    this.#cancelTimer = clock.after(PING_MS / 2, () => {
      const now = clock.now()
      // What came during a stall of this side still waits to be read.
      if (now - due > LATE_MS) this.#heardAt = Math.max(this.#heardAt, now - PING_MS)
      const silentMs = now - this.#heardAt
      if (silentMs >= SILENCE_MS) {
        this.close('TIMEOUT')
        return
      }
      if (silentMs >= PING_MS) this.#say(PING, NOTHING)
      this.#listen()
    })
  }

  #awaitDrain(): void {
    const { clock, windowBytes } = this.#options
    this.#cancelDrain ??= clock.after(DRAIN_MS, () => {
      this.#cancelDrain = undefined
      if (this.#socket.bufferedBytes > windowBytes / 2) this.#awaitDrain()
      else this.#events.emit('drain')
    })
  }

  #closed(code: number, reason: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancelTimer()
    this.#cancelDrain?.()
    const said = ENDS.find((end) => reason === WORDS[end] || reason === end)
    this.#events.emit('close', this.#end ?? said ?? 'CLOSED', code, reason)
    this.#events.clear()
  }
}

const NOTHING = new Uint8Array(0)

/** What each end is called in a close reason, at most 123 bytes. */
export const WORDS: Readonly<Record<HubLinkEnd, string>> = {
  SELF: 'SELF: this is the hub itself',
  UNTRUSTED: 'UNTRUSTED: set the same HUB_SECRET on both hubs, or trust each other’s keys',
  NAMESPACE: 'NAMESPACE: the hubs have different hub mesh namespaces',
  VERSION: 'VERSION: the hubs speak different versions',
  MALFORMED: 'MALFORMED: this made no sense',
  DUPLICATE: 'DUPLICATE: there is another link',
  MIGRATED: 'MIGRATED: it goes on peer-to-peer',
  FLOOD: 'FLOOD: far too much was sent',
  BYE: 'BYE',
  TIMEOUT: 'TIMEOUT: nothing was heard for too long',
  CLOSED: 'CLOSED',
}
