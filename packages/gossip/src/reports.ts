import { type ByteReader, ByteWriter } from '@pigeon/transport'
import { type Entry, KEY_BYTES, keyOf } from './entry.ts'
import { Kind } from './kind.ts'
import type { Links } from './links.ts'
import type { Neighbour } from './neighbour.ts'
import type { Limits } from './options.ts'
import { Recent } from './recent.ts'
import type { Timers } from './timers.ts'

/** Messages whose answers are gathered at a time. */
const MAX_REPORTS = 1024

/** Answers that come after one was passed on wait for others, ms. */
const LATER_MS = 500

/** The most peers one answer may stand for. */
const MAX_COUNT = 2 ** 24

/** Who got a message, as far as this peer knows. */
export interface Report {
  /** The id that `publish` returned. */
  readonly id: string
  /** Peers that answered; each neighbour counts for those behind it, so it is a claim. */
  readonly peers: number
  /** Whether all answered that were asked; some more may still follow. */
  readonly complete: boolean
}

interface Gathering {
  readonly entry: Entry
  /** Whom to tell; `undefined` at the author. */
  readonly from: Neighbour | undefined
  /** Those that did not answer yet. */
  readonly waiting: Set<Neighbour>
  /** Peers not passed on yet; at the author, all. */
  count: number
}

/**
 * Counts who got a message: each peer passes on how many there are behind it, and itself, to the
 * neighbour it had the message from.
 * @see Segall 1983, "Distributed network protocols" (propagation of information with feedback)
 */
export class Reports {
  readonly #links: Links
  readonly #limits: Limits
  readonly #timers: Timers
  readonly #emit: (report: Report) => void
  readonly #gatherings = new Recent<string, Gathering>(MAX_REPORTS)

  constructor(links: Links, limits: Limits, timers: Timers, emit: (report: Report) => void) {
    this.#links = links
    this.#limits = limits
    this.#timers = timers
    this.#emit = emit
  }

  /** A message that wants a report came from `from` and was passed on to `to`. */
  begin(entry: Entry, from: Neighbour | undefined, to: readonly Neighbour[]): void {
    const count = from === undefined ? 0 : 1
    const gathering = { entry, from, waiting: new Set(to), count }
    this.#gatherings.set(entry.key, gathering)
    this.#go(gathering, this.#limits.reportMs)
  }

  /** A copy came that is one too many: nobody new is behind it. */
  repeated(entry: Entry, link: Neighbour): void {
    if (!entry.report) return
    // The copy may have crossed one sent there, which will not be answered otherwise.
    const gathering = this.#gatherings.get(entry.key)
    if (gathering?.waiting.delete(link)) this.#go(gathering, LATER_MS)
    this.#answer(link, entry, 0)
  }

  /** @throws WireError if it is no report */
  received(link: Neighbour, reader: ByteReader): void {
    const key = keyOf(reader.raw(KEY_BYTES))
    const count = reader.varuint(MAX_COUNT)
    reader.end()
    const gathering = this.#gatherings.get(key)
    if (gathering === undefined || gathering.from === link) return
    gathering.waiting.delete(link)
    gathering.count = Math.min(MAX_COUNT, gathering.count + count)
    this.#go(gathering, LATER_MS)
  }

  /** Passes on what there is: at once if all answered, else after a while. */
  #go(gathering: Gathering, ms: number): void {
    const wait = gathering.waiting.size === 0 ? 0 : ms
    if (wait === 0 || !this.#timers.has(gathering)) {
      this.#timers.set(gathering, wait, () => this.#pass(gathering))
    }
  }

  #pass(gathering: Gathering): void {
    const { entry, from, waiting, count } = gathering
    if (from === undefined) {
      this.#emit({ id: entry.id, peers: count, complete: waiting.size === 0 })
    } else if (count > 0) {
      this.#answer(from, entry, count)
      gathering.count = 0
    }
  }

  #answer(link: Neighbour, { digest }: Entry, count: number): void {
    const frame = new ByteWriter(24).u8(Kind.report).raw(digest).varuint(count).finish()
    this.#links.send(link, frame)
  }
}
