import { TokenBucket } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Entry } from './entry.ts'
import type { Limits } from './options.ts'

/** So many seconds' worth of messages may come at once. */
export const BURST_SECONDS = 10

/** Others may send so many times what a peer allows itself, since messages bunch on their way. */
const TOLERANCE = 2

/** Starts of one author whose messages are told apart. */
const MAX_EPOCHS = 8

/** The messages of one author and epoch. */
export class Log {
  /** What their ids begin with. */
  readonly prefix: string
  /** The highest number forgotten: it stands for all before it. */
  floor = 0
  /** Those remembered, by number; of two of one number the first. */
  readonly entries: Map<number, Entry> = new Map()

  constructor(author: PeerId, epoch: number) {
    this.prefix = `${author}-${epoch.toString(36)}-`
  }

  /** The id an application knows a message by. */
  idOf(sequence: number): string {
    return this.prefix + sequence.toString(36)
  }
}

/** What is remembered of one author. */
export class Author {
  readonly id: PeerId
  /** What it may publish. */
  readonly rate: TokenBucket
  /** How many more may be fetched at once: all of a replay window. */
  readonly arrears: number
  readonly #logs = new Map<number, Log>()

  constructor(id: PeerId, { authorRate, replayMs }: Limits, now: number) {
    const rate = authorRate * TOLERANCE
    this.id = id
    this.rate = new TokenBucket(rate, rate * BURST_SECONDS, now)
    this.arrears = (rate * replayMs) / 1000
  }

  /** The messages of an epoch, if there were any. */
  known(epoch: number): Log | undefined {
    return this.#logs.get(epoch)
  }

  /** The messages of an epoch; the oldest epoch is forgotten if there are too many. */
  log(epoch: number): Log {
    let log = this.#logs.get(epoch)
    if (log === undefined) {
      log = new Log(this.id, epoch)
      this.#logs.set(epoch, log)
      const [oldest] = this.#logs.keys()
      if (this.#logs.size > MAX_EPOCHS) this.#logs.delete(oldest as number)
    }
    return log
  }
}
