import { Emitter, TokenBucket, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import { type PeerId, peerIdToBytes } from '@pigeon/xor'
import { BURST_SECONDS, type Log } from './author.ts'
import type { Arrival } from './core.ts'
import { Engine } from './engine.ts'
import { Entry, keyOf } from './entry.ts'
import { GossipError } from './errors.ts'
import {
  type Content,
  encodeBody,
  encodeContent,
  type GossipMessage,
  MAX_PROOF_BYTES,
  MAX_TOPIC_BYTES,
  MAX_TTL,
  type PublishOptions,
  signedBytes,
} from './message.ts'
import type { GossipOptions } from './options.ts'

/** Who got a message, as far as its author knows. */
export interface Report {
  /** The id that `publish` returned. */
  readonly id: string
  /** Peers that answered; each neighbour counts for those behind it, so it is a claim. */
  readonly peers: number
  /** Whether all answered that were asked; some more may still follow. */
  readonly complete: boolean
}

/** What happens on a {@link Gossip}. */
export interface GossipEvents {
  /** A message of somebody else, once. */
  message: (message: GossipMessage) => void
  /** A neighbour sent what does not decode, verify or validate. */
  rejected: (from: PeerId, reason: 'malformed' | 'forged' | 'invalid') => void
  /** How many peers got a message that was published with `report`; again when more are known. */
  report: (report: Report) => void
  /** Two different messages of an author bear one number, both proved; the second is not delivered. */
  equivocation: (author: PeerId, id: string) => void
  /** A neighbour sent rubbish, or broke its word, so often that it is ignored for a minute. */
  shunned: (peer: PeerId) => void
}

/** Counters since the start, and what is held now. */
export interface GossipStats {
  readonly published: number
  readonly delivered: number
  readonly duplicates: number
  readonly rejected: number
  /** Messages and frames dropped: too old, too many, or a neighbour did not keep up. */
  readonly dropped: number
  /** Messages remembered; those of them with payload, and their bytes; authors remembered. */
  readonly seen: number
  readonly kept: number
  readonly keptBytes: number
  readonly authors: number
  /** Messages being checked, and those heard of and not received. */
  readonly pending: number
  readonly missing: number
  /** The neighbour towards the root of the tree, and the root. */
  readonly parent: PeerId | undefined
  readonly root: PeerId | undefined
}

/**
 * Broadcast: what one peer publishes, every peer connected to it over any number of links receives
 * once. Whole messages go along a tree, their names over a few other links; who hears a name and
 * gets no message asks for it, and who was away compares notes when it is back.
 *
 * Invariants:
 * 1. The application gets one message of each number (author, epoch, sequence), at most once.
 * 2. A copy is recognised before anything is awaited; a proof is checked once.
 * 3. What fails its check leaves nothing behind, so it cannot keep out the real one.
 * 4. Whoever is connected through peers that keep the rules gets every message of the last
 *    `replayMs`, whatever the others do.
 * 5. Every chain of parents under one beacon ends at its root: distances fall along it.
 * 6. A link between attached peers carries whole messages only from parent to child and back.
 * 7. Memory is bounded by the options, whatever arrives.
 */
export class Gossip {
  readonly #options: GossipOptions
  readonly #epoch: number
  readonly #engine: Engine
  readonly #events = new Emitter<GossipEvents>()
  readonly #own: TokenBucket
  #sequence = 0
  #delivered = 0
  #rejected = 0
  #closed = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: GossipOptions) {
    this.#options = options
    const now = options.clock.now()
    this.#epoch = options.epoch ?? Math.floor(now)
    const events = this.#events
    this.#engine = new Engine(options, {
      accepted: (arrival, isFirst) => this.#accept(arrival, isFirst),
      blamed: (link, fault) => {
        if (fault === 'flood' || fault === 'broken') return
        this.#rejected++
        events.emit('rejected', link.id, fault)
      },
      reported: ({ log, sequence }, peers, complete) =>
        events.emit('report', { id: log.idOf(sequence), peers, complete }),
      shunned: (link) => events.emit('shunned', link.id),
    })
    const { authorRate } = this.#engine.limits
    this.#own = new TokenBucket(authorRate, authorRate * BURST_SECONDS, now)
  }

  get stats(): GossipStats {
    const { intake, links, memory, puller, reign, tree } = this.#engine
    return {
      ...memory.sizes,
      published: this.#sequence,
      delivered: this.#delivered,
      duplicates: intake.duplicates,
      rejected: this.#rejected,
      dropped: intake.dropped + links.dropped,
      pending: intake.pending,
      missing: puller.size,
      parent: tree.parent?.id,
      root: reign.beacon?.root,
    }
  }

  on<E extends keyof GossipEvents>(event: E, listener: GossipEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Broadcasts `payload`, which must not change afterwards. Not delivered to this instance itself.
   * @param topic what it is about, 1 to 128 bytes of UTF-8
   * @returns the id its receivers will see
   * @throws RangeError if topic, payload or ttl are out of bounds
   * @throws GossipError `GOSSIP_RATE` above `authorRate`
   */
  publish(topic: string, payload: Uint8Array, options: PublishOptions = {}): string {
    const { transport, clock, sign, domain = '' } = this.#options
    const content = this.#compose(topic, payload, options)
    const bytes = encodeContent(content)
    const log = this.#log(clock.now())
    const id = log.idOf(content.sequence)
    const finish = (proof: Uint8Array) => {
      if (this.#closed) return
      if (proof.length > MAX_PROOF_BYTES) {
        throw new RangeError(`a proof has at most ${MAX_PROOF_BYTES} bytes, got ${proof.length}`)
      }
      const body = encodeBody(proof, bytes)
      const key = keyOf(this.#engine.sha256(body))
      const path = options.tracePath === true ? [transport.self] : undefined
      const at = clock.now()
      const made = { key, body, hops: 0, path, at, late: false }
      this.#engine.publish(new Entry(content, log, made, []))
    }
    const proof = sign?.(signedBytes(domain, bytes)) ?? new Uint8Array(0)
    if (proof instanceof Uint8Array) finish(proof)
    else void proof.then(finish)
    return id
  }

  /** Lets go of the transport. */
  close(): void {
    this.#closed = true
    this.#engine.close()
    this.#events.clear()
  }

  /** This instance's own messages. */
  #log(now: number): Log {
    const self = peerIdToBytes(this.#options.transport.self)
    return this.#engine.memory.author(self, now).log(this.#epoch)
  }

  #compose(topic: string, payload: Uint8Array, options: PublishOptions): Content {
    const { limits, networkNow } = this.#engine
    const { priority = 'normal', report = false } = options
    const ttl = wholeNumber('ttl', options.ttl ?? limits.ttl, 1, MAX_TTL)
    // A UTF-16 unit has at most three bytes of UTF-8, so most topics need no encoding to be judged.
    if (topic === '' || utf8Length(topic) > MAX_TOPIC_BYTES) {
      throw new RangeError(
        `a topic has 1 to ${MAX_TOPIC_BYTES} bytes, got ${JSON.stringify(topic)}`,
      )
    }
    const { maxPayloadBytes, authorRate } = limits
    if (payload.length > maxPayloadBytes) {
      throw new RangeError(`a payload has at most ${maxPayloadBytes} bytes, got ${payload.length}`)
    }
    if (!this.#own.take(1, this.#options.clock.now())) {
      throw new GossipError('GOSSIP_RATE', `more than ${authorRate} messages a second`)
    }
    return {
      author: peerIdToBytes(this.#options.transport.self),
      epoch: this.#epoch,
      sequence: ++this.#sequence,
      timestamp: Math.max(0, Math.floor(networkNow())),
      ttl,
      priority,
      report,
      topic,
      payload,
    }
  }

  #accept({ message, wanted }: Arrival, isFirst: boolean): void {
    const { author, id } = message
    if (this.#closed || author === this.#options.transport.self) return
    if (!isFirst) this.#events.emit('equivocation', author, id)
    else if (wanted) {
      this.#delivered++
      this.#events.emit('message', message)
    }
  }
}

function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4
  }
  return bytes
}
