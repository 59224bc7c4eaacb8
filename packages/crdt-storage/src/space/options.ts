import type { CryptoEngine } from '@pigeon/identity'
import type { Store } from '@pigeon/store'
import { type Clock, type Random, wholeNumber } from '@pigeon/transport'
import type { DocumentEngine } from '../documents/engine.ts'
import type { Author } from '../keys/author.ts'
import type { ParkedLimits } from '../log/parked.ts'

/** Bounds of one space, all of them local: they decide what is kept here, never what counts. */
export interface SpaceLimits extends ParkedLimits {
  /** Bytes of all entries of a space. Default 256 MiB. */
  readonly spaceBytes: number
  /** Bytes of entries of one author who is not the creator. Default 64 MiB. */
  readonly authorBytes: number
  /** Runs a second from one source, each a signature to check; four times as many at once. Default 1,000. */
  readonly sourceRate: number
}

/** Runs something while nothing else of the same name runs, in any tab. */
export type Exclusive = <T>(name: string, run: () => Promise<T>) => Promise<T>

/** What every space of one author has in common. */
export interface SpaceOptions extends Partial<SpaceLimits> {
  /** Who writes here. The same in every session, if it should stay the same to others. */
  readonly author: Author
  readonly crypto: CryptoEngine
  readonly clock: Clock
  readonly random: Random
  /** Keeps entries. Default none: then use an author no other session has. */
  readonly store?: Store
  /**
   * Keeps two tabs of one author from writing at the same moment: in pages `navigator.locks`.
   * Default: nothing else writes with this key and this store.
   */
  readonly exclusive?: Exclusive
  /** What documents are made of, such as `yjsEngine`. Default none: then there are no documents. */
  readonly engine?: DocumentEngine
  /**
   * How many members besides the creator must have worked a snapshot out themselves before it is
   * believed where the entries it stands for are gone. Default 0: the creator is believed.
   */
  readonly minAttesters?: number
  /** How long edits of a document are collected, ms. Default 250. */
  readonly batchMs?: number
  /** How many edits are collected. Default 50. */
  readonly batchEdits?: number
}

/** @throws RangeError that names the option and what it got */
export function spaceLimits(given: Partial<SpaceLimits>): SpaceLimits {
  const mebibyte = 1024 * 1024
  const limit = (name: keyof SpaceLimits, standard: number): number =>
    wholeNumber(name, given[name] ?? standard, 1, Number.MAX_SAFE_INTEGER)
  return {
    spaceBytes: limit('spaceBytes', 256 * mebibyte),
    authorBytes: limit('authorBytes', 64 * mebibyte),
    parkedBytes: limit('parkedBytes', mebibyte),
    parkedBytesInAll: limit('parkedBytesInAll', 8 * mebibyte),
    sourceRate: limit('sourceRate', 1000),
  }
}
