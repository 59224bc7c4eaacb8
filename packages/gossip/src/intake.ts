import { type ByteReader, type Clock, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Authors } from './authors.ts'
import { type DataFrame, decodeData, extendPath } from './data-frame.ts'
import { Entry, KEY_BYTES, keyOf } from './entry.ts'
import type { Memory } from './memory.ts'
import {
  type Content,
  decodeBody,
  decodeContent,
  type GossipMessage,
  messageId,
  type Verdict,
} from './message.ts'
import type { Neighbour } from './neighbour.ts'
import type { NetworkTime } from './network-time.ts'
import type { Limits } from './options.ts'
import { when } from './when.ts'

/** Different messages of one number that are looked at; two prove that the author says two things. */
const MAX_VARIANTS = 2

/** What an {@link Intake} goes by. */
export interface IntakeOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly limits: Limits
  readonly memory: Memory
  readonly authors: Authors
  readonly time: NetworkTime
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly verify: (
    content: Uint8Array,
    proof: Uint8Array,
    author: PeerId,
  ) => boolean | Promise<boolean>
  readonly validate: (message: GossipMessage) => Verdict | Promise<Verdict>
  /** It holds: pass it on, and deliver it if it is the first of its number. */
  readonly accepted: (arrival: Arrival) => void
  /** A copy of what is here already. */
  readonly duplicate: (link: Neighbour, entry: Entry, frame: DataFrame) => void
  /** It cannot be looked at now: ask for it again later. */
  readonly postponed: (link: Neighbour, key: string, digest: Uint8Array) => void
  readonly refused: (link: Neighbour, reason: 'forged' | 'invalid') => void
}

/** A message that was checked. */
export interface Arrival {
  readonly entry: Entry
  readonly link: Neighbour
  readonly frame: DataFrame
  readonly message: GossipMessage
  readonly verdict: 'accept' | 'ignore'
}

/** What became of messages that were not accepted. */
interface IntakeStats {
  duplicates: number
  dropped: number
}

/**
 * Looks at each message once: recognised by its key before anything is awaited, then its proof, then
 * the application's opinion. The key covers payload and proof, so rubbish under an author's next
 * number has a key of its own, and what fails its check leaves nothing behind.
 */
export class Intake {
  readonly stats: IntakeStats = { duplicates: 0, dropped: 0 }
  readonly #options: IntakeOptions
  readonly #pending = new Set<string>()
  /** How many of a number are pending. */
  readonly #variants = new Map<string, number>()

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Messages whose check has not ended. */
  get pending(): number {
    return this.#pending.size
  }

  /** @throws WireError if it is no message */
  received(link: Neighbour, reader: ByteReader): void {
    const { limits, memory, authors, time, clock, sha256, verify, postponed } = this.#options
    const frame = decodeData(reader)
    const digest = sha256(frame.body).subarray(0, KEY_BYTES)
    const key = keyOf(digest)
    const known = memory.get(key)
    if (known !== undefined || this.#pending.has(key)) {
      this.stats.duplicates++
      if (known !== undefined) this.#options.duplicate(link, known, frame)
      return
    }
    const body = decodeBody(frame.body)
    const content = decodeContent(body.content)
    if (content.payload.length > limits.maxPayloadBytes || content.ttl < frame.hops) {
      throw new WireError('WIRE_LIMIT', 'too large, or too far from its author')
    }
    const { author, epoch, sequence, timestamp } = content
    if (timestamp < memory.expiry(time.now()) || memory.isOld(author, epoch, sequence)) {
      this.stats.dropped++
      return
    }
    const id = messageId(content)
    const variants = this.#variants.get(id) ?? 0
    const isFull = variants >= MAX_VARIANTS || this.#pending.size >= limits.pendingLimit
    const isProved = memory.variants(id).length >= MAX_VARIANTS
    if (isFull || isProved || !(frame.pulled || authors.admits(author, clock.now()))) {
      this.stats.dropped++
      if (isFull) postponed(link, key, digest)
      return
    }
    this.#pending.add(key)
    this.#variants.set(id, variants + 1)
    when(
      () => verify(body.content, body.proof, author),
      (holds) => {
        if (holds === true) this.#judge(link, frame, content, { id, key, digest })
        else this.#refuse(link, key, id, 'forged')
      },
    )
  }

  #judge(
    link: Neighbour,
    frame: DataFrame,
    content: Content,
    names: { id: string; key: string; digest: Uint8Array },
  ): void {
    const { key, id } = names
    const { author, topic, payload, timestamp, ttl } = content
    const { hops, path } = frame
    const left = ttl - hops
    const from = link.id
    // Written out, since a spread takes longer than all the rest.
    const message = { id, topic, author, from, payload, hops, ttl: left, timestamp, path }
    when(
      () => this.#options.validate(message),
      (verdict) => {
        if (verdict === 'accept' || verdict === 'ignore') {
          this.#settle(key, id)
          const arrived = {
            id,
            key,
            digest: names.digest,
            body: verdict === 'accept' ? frame.body : undefined,
            hops,
            path: extendPath(path, this.#options.self),
            at: this.#options.clock.now(),
            late: frame.late,
          }
          const entry = new Entry(content, arrived, [link])
          this.#options.accepted({ entry, link, frame, message, verdict })
        } else this.#refuse(link, key, id, 'invalid')
      },
    )
  }

  #refuse(link: Neighbour, key: string, id: string, reason: 'forged' | 'invalid'): void {
    this.#settle(key, id)
    this.#options.refused(link, reason)
  }

  #settle(key: string, id: string): void {
    this.#pending.delete(key)
    const left = (this.#variants.get(id) ?? 1) - 1
    if (left > 0) this.#variants.set(id, left)
    else this.#variants.delete(id)
  }
}
