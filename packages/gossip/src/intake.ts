import { ByteReader, WireError, when } from '@pigeon/transport'
import { type PeerId, peerIdFromBytes } from '@pigeon/xor'
import { type Author, Log } from './author.ts'
import type { Core } from './core.ts'
import { Copy, type DataHead, decodeDataHead, extendPath } from './data-frame.ts'
import { Entry, keyOf } from './entry.ts'
import {
  type Content,
  decodeContent,
  type GossipMessage,
  MAX_PROOF_BYTES,
  signedBytes,
} from './message.ts'
import type { Neighbour } from './neighbour.ts'

/** Different messages of one number that are looked at: two prove that an author says two things. */
const MAX_VARIANTS = 2

/** A message on its way through the checks. */
interface Candidate {
  readonly link: Neighbour
  readonly head: DataHead
  readonly body: Uint8Array
  readonly key: string
  readonly content: Content
  readonly author: PeerId
  /** Author and number, as text. */
  readonly id: string
  /** Whether a check has to be waited for. */
  isPending: boolean
}

/**
 * Looks at each message once: recognised by its key before anything is awaited, then its proof, then
 * the application's opinion. The key covers payload and proof, so rubbish under an author's next
 * number has a key of its own, and what fails its check leaves nothing behind.
 */
export class Intake {
  duplicates = 0
  /** Messages not looked at: too old, or too many. */
  dropped = 0
  readonly #core: Core
  /** Messages whose check is waited for. */
  readonly #pending = new Set<string>()
  /** How many of one number those are. */
  readonly #variants = new Map<string, number>()

  constructor(core: Core) {
    this.#core = core
  }

  /** Messages whose check is waited for. */
  get pending(): number {
    return this.#pending.size
  }

  /** @throws WireError if it is no message */
  received(link: Neighbour, frame: Uint8Array): void {
    const { limits, memory, options, puller, sha256 } = this.#core
    const reader = new ByteReader(frame)
    reader.u8()
    const head = decodeDataHead(reader)
    const body = frame.subarray(frame.length - reader.remaining)
    const key = keyOf(sha256(body))
    if (head.flags & Copy.pulled) puller.kept(link, key)
    const known = memory.get(key)
    if (known !== undefined || this.#pending.has(key)) {
      this.duplicates++
      if (known !== undefined) this.#repeated(link, known, head)
      return
    }
    const proof = reader.bytes(MAX_PROOF_BYTES)
    const start = frame.length - reader.remaining
    const content = decodeContent(reader)
    if (content.payload.length > limits.maxPayloadBytes || content.ttl < head.hops) {
      throw new WireError('WIRE_LIMIT', 'too large, or too far from its author')
    }
    const heard = memory.knownAuthor(content.author)
    if (!this.#isTimely(content, heard, (head.flags & Copy.pulled) > 0)) {
      this.dropped++
      return
    }
    const author = heard?.id ?? peerIdFromBytes(content.author)
    const log = heard?.known(content.epoch) ?? new Log(author, content.epoch)
    const id = log.idOf(content.sequence)
    if (
      this.#pending.size >= limits.pendingLimit ||
      (this.#variants.get(id) ?? 0) >= MAX_VARIANTS
    ) {
      this.dropped++
      puller.announced(link, key, false)
      return
    }
    const candidate = { link, head, body, key, content, author, id, isPending: false }
    const { verify, domain = '' } = options
    if (verify === undefined) {
      this.#judge(candidate)
      return
    }
    when(
      () => verify(signedBytes(domain, frame.subarray(start)), proof, author),
      (holds) => {
        if (holds === true) this.#judge(candidate)
        else this.#refuse(candidate, 'forged')
      },
      () => this.#wait(candidate),
    )
  }

  #repeated(link: Neighbour, entry: Entry, { hops, flags }: DataHead): void {
    const { holds, tree, reports } = this.#core
    holds(link, entry, hops)
    if (flags & (Copy.pulled | Copy.late)) return
    if ((flags & Copy.extra) === 0) tree.duplicate(link)
    reports.repeated(entry, link)
  }

  /** Whether it is not from too long ago, and not too much of one author. */
  #isTimely(
    { epoch, sequence, timestamp }: Content,
    author: Author | undefined,
    isPulled: boolean,
  ): boolean {
    const { memory, networkNow, now } = this.#core
    if (timestamp < memory.expiry(networkNow())) return false
    if (author === undefined) return true
    const log = author.known(epoch)
    if (log && (sequence <= log.floor || log.entries.get(sequence)?.hasTwin)) return false
    return author.rate.has(1, now(), isPulled ? author.arrears : 0)
  }

  #judge(candidate: Candidate): void {
    const { validate } = this.#core.options
    const { link, head, content, author, id } = candidate
    const { topic, payload, timestamp, ttl } = content
    const { hops, path } = head
    const { id: from } = link
    // Written out wherever it is done for each message: a spread takes longer than all the rest.
    const message = { id, topic, author, from, payload, hops, ttl: ttl - hops, timestamp, path }
    if (validate === undefined) {
      this.#accept(candidate, message, true)
      return
    }
    when(
      () => validate(message),
      (verdict) => {
        if (verdict === 'accept' || verdict === 'ignore') {
          this.#accept(candidate, message, verdict === 'accept')
        } else this.#refuse(candidate, 'invalid')
      },
      () => this.#wait(candidate),
    )
  }

  #accept(candidate: Candidate, message: GossipMessage, wanted: boolean): void {
    const { options, memory, now, accepted } = this.#core
    const { link, head, body, key, content } = candidate
    const { hops, path, flags, budget } = head
    this.#settle(candidate)
    const arrived = {
      key,
      body: wanted ? body : undefined,
      hops,
      path: extendPath(path, options.transport.self),
      at: now(),
      late: (flags & Copy.late) > 0,
    }
    const author = memory.author(content.author, arrived.at)
    author.rate.take(1, arrived.at, Number.POSITIVE_INFINITY)
    const entry = new Entry(content, author.log(content.epoch), arrived, [link])
    accepted({ entry, link, message, wanted, budget, pulled: (flags & Copy.pulled) > 0 })
  }

  #refuse(candidate: Candidate, reason: 'forged' | 'invalid'): void {
    this.#settle(candidate)
    this.#core.blame(candidate.link, reason)
  }

  #wait(candidate: Candidate): void {
    if (candidate.isPending) return
    candidate.isPending = true
    this.#pending.add(candidate.key)
    this.#variants.set(candidate.id, (this.#variants.get(candidate.id) ?? 0) + 1)
  }

  #settle({ isPending, key, id }: Candidate): void {
    if (!isPending) return
    this.#pending.delete(key)
    const left = (this.#variants.get(id) ?? 1) - 1
    if (left > 0) this.#variants.set(id, left)
    else this.#variants.delete(id)
  }
}
