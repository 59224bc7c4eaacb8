import { SignalingClient, type SignalingClientOptions } from '@pigeon/signaling-protocol'
import { Emitter, type SendResult, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Bootstrap, BootstrapEvents, Reign } from '../bootstrap.ts'
import { decodeEnvelope, encodeEnvelope } from './envelopes.ts'

/** How long a root that does not answer keeps its office, ms. */
const LEASE_MS = 10_000

/** How long a hub, or a root, may take to answer, ms. */
const ANSWER_MS = 2500

/** Letters kept until there is a connection. */
const EARLY_LIMIT = 64

/** Options of {@link HubBootstrap}. */
export interface HubBootstrapOptions
  extends Pick<SignalingClientOptions, 'urls' | 'self' | 'connect' | 'clock' | 'random'>,
    Pick<SignalingClientOptions, 'token' | 'network' | 'prove'> {
  /**
   * The id that the root is known by, beside its own: the hash of an Ed25519 key, so that a hub
   * gives it to nobody else.
   */
  entry: PeerId
  /** The key that `entry` is the hash of: lets this node be root. */
  proveEntry?: SignalingClientOptions['prove']
}

/**
 * Letters through a hub. The root has a second connection there, under an id of the tree: all the
 * hub sees of a tree is that, the first letter of each join, and who answers whom.
 */
export class HubBootstrap implements Bootstrap {
  readonly self: PeerId
  /** The connection of this node itself. */
  readonly client: SignalingClient
  /** The id that the root of this tree is known by. */
  readonly entry: PeerId
  readonly #options: HubBootstrapOptions
  readonly #events = new Emitter<BootstrapEvents>()
  #early: [PeerId, Uint8Array][] = []
  /** The connection of the root, if that is this node. */
  #office: SignalingClient | undefined
  #term = 0
  /** Since when the root has not answered. */
  #silentSince: number | undefined
  #asked: ((reign: Reign | undefined, isFree?: boolean) => void) | undefined
  #closed = false

  /** @throws RangeError or TypeError if the options are not what a `SignalingClient` takes */
  constructor(options: HubBootstrapOptions) {
    const { self, entry, prove } = options
    this.#options = options
    this.self = self
    this.entry = entry
    this.client = this.#connect(self, prove)
    this.client.on('relay', (from, bytes) => this.#received(from, bytes))
    this.client.on('undeliverable', (to) => {
      if (to === this.entry) this.#asked?.(undefined, true)
    })
    this.client.on('connected', () => {
      const early = this.#early
      this.#early = []
      for (const [to, bytes] of early) this.client.send(to, bytes)
    })
    this.client.start()
  }

  send(to: PeerId, letter: Uint8Array): SendResult {
    return this.#post(to, encodeEnvelope({ kind: 'letter', letter }))
  }

  sendToRoot(letter: Uint8Array): SendResult {
    return this.send(this.entry, letter)
  }

  claim(term: number, done: (reign: Reign | undefined) => void): void {
    if (this.#office?.state === 'connected') {
      this.#term = term
      done({ root: this.self, term })
      return
    }
    if (this.#office !== undefined || this.#asked !== undefined) {
      done(undefined)
      return
    }
    this.#ask((reign, isFree) => {
      if (reign !== undefined || this.#options.proveEntry === undefined) done(reign)
      else if (isFree || this.#leaseIsOver) this.#take(term, done)
      else done(undefined)
    })
  }

  resign(): void {
    this.#office?.close()
    this.#office = undefined
  }

  on<E extends keyof BootstrapEvents>(event: E, listener: BootstrapEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Leaves the hub. */
  close(): void {
    this.#closed = true
    this.resign()
    this.client.close()
    this.#events.clear()
    this.#early = []
  }

  get #leaseIsOver(): boolean {
    const since = this.#silentSince
    return since !== undefined && this.#options.clock.now() - since >= LEASE_MS
  }

  #connect(self: PeerId, prove: SignalingClientOptions['prove']): SignalingClient {
    const { urls, connect, clock, random, token, network } = this.#options
    const optional = { ...(token && { token }), ...(prove && { prove }) }
    return new SignalingClient({ urls, self, network, connect, clock, random, ...optional })
  }

  #post(to: PeerId, bytes: Uint8Array): SendResult {
    const { state } = this.client
    if ((state === 'idle' || state === 'connecting') && this.#early.length < EARLY_LIMIT) {
      this.#early.push([to, bytes])
      return 'sent'
    }
    return this.client.send(to, bytes)
  }

  /** Asks who is root. `isFree`: the hub says that nobody is. */
  #ask(done: (reign: Reign | undefined, isFree?: boolean) => void): void {
    const { clock } = this.#options
    const answered = (reign: Reign | undefined, isFree = false) => {
      if (this.#asked !== answered) return
      this.#asked = undefined
      cancel()
      if (reign !== undefined || isFree) this.#silentSince = undefined
      if (!this.#closed) done(reign, isFree)
    }
    const cancel = clock.after(ANSWER_MS, () => {
      if (this.client.state === 'connected') this.#silentSince ??= clock.now() - ANSWER_MS
      answered(undefined)
    })
    this.#asked = answered
    this.#post(this.entry, encodeEnvelope({ kind: 'probe' }))
  }

  /** Connects as root. */
  #take(term: number, done: (reign: Reign | undefined) => void): void {
    const { clock, proveEntry } = this.#options
    const office = this.#connect(this.entry, proveEntry)
    this.#office = office
    let told = false
    const tell = (reign: Reign | undefined) => {
      if (told) return
      told = true
      cancel()
      if (reign === undefined && this.#office === office) this.resign()
      done(reign)
    }
    const cancel = clock.after(ANSWER_MS, () => tell(undefined))
    office.on('connected', () => {
      this.#term = Math.max(this.#term, term)
      tell({ root: this.self, term })
    })
    office.on('refused', () => {
      if (this.#office === office) this.#office = undefined
      tell(undefined)
    })
    office.on('relay', (from, bytes) => this.#petition(office, from, bytes))
    office.start()
  }

  /** Something came for the root. */
  #petition(office: SignalingClient, from: PeerId, bytes: Uint8Array): void {
    try {
      const envelope = decodeEnvelope(bytes)
      if (envelope.kind === 'letter') this.#events.emit('letter', from, envelope.letter)
      else if (envelope.kind === 'probe') {
        const { self: root } = this
        office.send(from, encodeEnvelope({ kind: 'reign', root, term: this.#term }))
      }
    } catch {
      // Rubbish costs nothing here; the node counts what it is given.
    }
  }

  #received(from: PeerId, bytes: Uint8Array): void {
    try {
      const envelope = decodeEnvelope(bytes)
      if (envelope.kind === 'letter') this.#events.emit('letter', from, envelope.letter)
      else if (envelope.kind === 'reign' && from === this.entry) {
        this.#asked?.({ root: envelope.root, term: envelope.term })
      }
    } catch {
      // As above.
    }
  }
}
