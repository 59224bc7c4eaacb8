import { type ByteReader, ByteWriter } from '@pigeon/transport'
import type { Core } from './core.ts'
import { type Entry, KEY_BYTES, textOf } from './entry.ts'
import { writeKey } from './id-frames.ts'
import { Kind } from './kind.ts'
import type { Neighbour } from './neighbour.ts'
import { Recent } from './recent.ts'

/** Messages whose answers are gathered at a time. */
const MAX_REPORTS = 1024

/** Answers that come after one was passed on wait for others, ms. */
const LATER_MS = 500

/** The most peers one answer may stand for. */
const MAX_COUNT = 2 ** 24

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
  readonly #core: Core
  readonly #tell: (entry: Entry, peers: number, complete: boolean) => void
  readonly #gatherings = new Recent<string, Gathering>(MAX_REPORTS)

  /** @param tell of the answers to a message of this peer */
  constructor(core: Core, tell: (entry: Entry, peers: number, complete: boolean) => void) {
    this.#core = core
    this.#tell = tell
  }

  /** A message that wants a report came from `from`, or from here, and was passed on to `to`. */
  begin(entry: Entry, from: Neighbour | undefined, to: readonly Neighbour[]): void {
    if (!entry.report) return
    const gathering = { entry, from, waiting: new Set(to), count: from === undefined ? 0 : 1 }
    this.#gatherings.set(entry.key, gathering)
    this.#go(gathering, this.#core.limits.reportMs)
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
    const key = textOf(reader.raw(KEY_BYTES))
    const count = reader.varuint(MAX_COUNT)
    const gathering = this.#gatherings.get(key)
    if (gathering === undefined || gathering.from === link) return
    gathering.waiting.delete(link)
    gathering.count = Math.min(MAX_COUNT, gathering.count + count)
    this.#go(gathering, LATER_MS)
  }

  /** Passes on what there is: at once if all answered, else after a while. */
  #go(gathering: Gathering, ms: number): void {
    const { timers } = this.#core
    const { entry, from, waiting } = gathering
    if (waiting.size > 0 && timers.has(gathering)) return
    timers.set(gathering, waiting.size > 0 ? ms : 0, () => {
      const { count } = gathering
      if (from === undefined) this.#tell(entry, count, waiting.size === 0)
      else if (count > 0) {
        gathering.count = 0
        this.#answer(from, entry, count)
      }
    })
  }

  #answer(link: Neighbour, { key }: Entry, count: number): void {
    const frame = writeKey(new ByteWriter(24).u8(Kind.report), key).varuint(count).finish()
    this.#core.links.send(link, frame)
  }
}
