import { sha256 } from '@noble/hashes/sha2.js'
import type { CryptoEngine, ReceivingKey } from '@pigeon/identity'
import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  decodeGreeting,
  encodeGreeting,
  GREETING_NONCE_BYTES,
  type Greeting,
  greetingTranscript,
  HUB_LINK_VERSION,
} from '../federation/greeting.ts'
import type { HubTrust } from '../federation/trust.ts'
import type { BusMessage } from './bus-messages.ts'
import { isFresh } from './freshness.ts'

/** From a greeting to a session, ms. */
const HANDSHAKE_MS = 2000

/** Handshakes at once. */
const MAX_PENDING = 64

/** A message of a handshake. */
export type HandshakeMessage = Extract<BusMessage, { type: 'hello' | 'reply' | 'confirm' }>

/** What two hubs agreed on. */
export interface Agreed {
  readonly isDialler: boolean
  readonly transcript: Uint8Array
  /** Known to these two alone. */
  readonly shared: Uint8Array
}

/** Options of {@link Handshakes}. */
export interface HandshakesOptions {
  readonly self: PeerId
  readonly namespace: string
  readonly trust: HubTrust
  readonly crypto: CryptoEngine
  readonly clock: Clock
  readonly random: Random
  readonly say: (to: PeerId, message: HandshakeMessage) => void
  /** A trusted hub wants a session. @returns whether there is room for it */
  readonly wanted: (id: PeerId) => boolean
  readonly agreed: (id: PeerId, agreed: Agreed) => void
  /** A message made no sense, or could not be shown to be a trusted hub's. */
  readonly rejected: () => void
}

interface Handshake {
  readonly isDialler: boolean
  /** What this side said. */
  readonly own: Uint8Array
  readonly key: ReceivingKey
  readonly cancel: () => void
  remote: Greeting | undefined
  transcript: Uint8Array
}

/**
 * How two hubs on a bus agree on keys and show each other that they are trusted: HELLO, REPLY and
 * CONFIRM. Proof comes with the first word, so that nobody else can make a hub agree on keys.
 */
export class Handshakes {
  readonly #options: HandshakesOptions
  readonly #pending = new Map<PeerId, Handshake>()

  constructor(options: HandshakesOptions) {
    this.#options = options
  }

  /** Whether one with this hub is under way. */
  has(id: PeerId): boolean {
    return this.#pending.has(id)
  }

  /** Begins one. */
  begin(id: PeerId): void {
    const { own } = this.#start(id, true)
    const { trust, say, self } = this.#options
    trust.prove({ transcript: sha256(own), side: 'dialler' }, (proof) => {
      say(id, { type: 'hello', from: self, said: own, proof })
    })
  }

  /** Gives up the one with this hub, if there is one. */
  drop(id: PeerId): void {
    this.#pending.get(id)?.cancel()
    this.#pending.delete(id)
  }

  /** Gives up all. */
  clear(): void {
    for (const { cancel } of this.#pending.values()) cancel()
    this.#pending.clear()
  }

  take(message: HandshakeMessage): void {
    if (message.type === 'confirm') this.#confirm(message)
    else if (message.type === 'hello') this.#hello(message)
    else this.#reply(message)
  }

  #start(id: PeerId, isDialler: boolean): Handshake {
    const { crypto, random, clock } = this.#options
    const key = crypto.receivingKey(random.fill(new Uint8Array(32))) as ReceivingKey
    const cancel = clock.after(HANDSHAKE_MS, () => {
      if (this.#pending.get(id) === handshake) this.#pending.delete(id)
    })
    const own = this.#greeting(key)
    const transcript = new Uint8Array(0)
    const handshake: Handshake = { isDialler, own, key, cancel, remote: undefined, transcript }
    this.drop(id)
    this.#pending.set(id, handshake)
    return handshake
  }

  #greeting(key: ReceivingKey): Uint8Array {
    const { self, namespace, random, clock } = this.#options
    return encodeGreeting({
      ...{ version: HUB_LINK_VERSION, id: self, namespace, url: '', port: 0 },
      incarnation: Math.floor(clock.now()),
      nonce: random.fill(new Uint8Array(GREETING_NONCE_BYTES)),
      sessionKey: key.publicKey,
    })
  }

  #hello({ from, said, proof }: Extract<HandshakeMessage, { said: Uint8Array }>): void {
    const { self, trust, namespace, clock, say, wanted, rejected } = this.#options
    const greeting = greetingOf(from, said)
    const isGood = greeting?.namespace === namespace && isFresh(clock, greeting.incarnation)
    if (!isGood) {
      rejected()
      return
    }
    trust.check(from, { transcript: sha256(said), side: 'dialler' }, proof, (isTrusted) => {
      if (!isTrusted || from === self) {
        rejected()
        return
      }
      if (!wanted(from) || this.#pending.size >= MAX_PENDING) return
      // Both began: the smaller id's stands.
      if (this.#pending.get(from)?.isDialler === true && self < from) return
      const handshake = this.#start(from, false)
      handshake.remote = greeting
      handshake.transcript = greetingTranscript(said, handshake.own)
      trust.prove({ transcript: handshake.transcript, side: 'listener' }, (own) => {
        say(from, { type: 'reply', from: self, said: handshake.own, proof: own })
      })
    })
  }

  #reply({ from, said, proof }: Extract<HandshakeMessage, { said: Uint8Array }>): void {
    const { self, trust, say, rejected } = this.#options
    const handshake = this.#pending.get(from)
    const greeting = greetingOf(from, said)
    if (handshake?.isDialler !== true || greeting === undefined) {
      rejected()
      return
    }
    const transcript = greetingTranscript(handshake.own, said)
    trust.check(from, { transcript, side: 'listener' }, proof, (isTrusted) => {
      if (!isTrusted || this.#pending.get(from) !== handshake) {
        rejected()
        return
      }
      handshake.remote = greeting
      handshake.transcript = transcript
      trust.prove({ transcript, side: 'dialler' }, (own) => {
        say(from, { type: 'confirm', from: self, proof: own })
        this.#agree(from, handshake)
      })
    })
  }

  #confirm({ from, proof }: Extract<HandshakeMessage, { type: 'confirm' }>): void {
    const { trust, rejected } = this.#options
    const handshake = this.#pending.get(from)
    if (handshake === undefined || handshake.isDialler) {
      rejected()
      return
    }
    const { transcript } = handshake
    trust.check(from, { transcript, side: 'dialler' }, proof, (isTrusted) => {
      if (isTrusted && this.#pending.get(from) === handshake) this.#agree(from, handshake)
      else rejected()
    })
  }

  #agree(id: PeerId, { key, remote, isDialler, transcript }: Handshake): void {
    this.drop(id)
    const shared = remote && (key.agree(remote.sessionKey) as Uint8Array | undefined)
    if (shared === undefined) this.#options.rejected()
    else this.#options.agreed(id, { isDialler, transcript, shared })
  }
}

/** @returns `undefined` if it is not the sender's own */
function greetingOf(from: PeerId, said: Uint8Array): Greeting | undefined {
  const greeting = decodeGreeting(said)
  return greeting !== undefined && 'id' in greeting && greeting.id === from ? greeting : undefined
}
