import { wholeNumber } from '@pigeon/transport'
import type { Checkpoint } from './checkpoint.ts'
import type { Hedge } from './hedge.ts'
import type { Validation } from './validation.ts'

/** Inputs: anything `for await` reads. */
export type Inputs<I> = AsyncIterable<I> | Iterable<I>

/** What is needed of an `AbortSignal`. */
export interface Aborting {
  readonly aborted: boolean
  addEventListener(event: 'abort', listener: () => void): void
  removeEventListener(event: 'abort', listener: () => void): void
}

/** Options of `Volunteer.map`. */
export interface MapOptions extends Partial<MapLimits> {
  /**
   * The text of an ES module. Its default export takes an input and returns a result, or a promise
   * of one: a `Uint8Array`, or what JSON can say.
   */
  code: string
  /** Who asks, for those who help; 64 bytes. Default nothing. */
  who?: string
  /** What it is about; 256 bytes. Default nothing. */
  what?: string
  /** Its author's public key and signature of the hash: see `signable`. Default none. */
  author?: { readonly key: Uint8Array; readonly signature: Uint8Array }
  /** Whether results come in the order of their inputs, or as they are there. Default true. */
  ordered?: boolean
  /** How many inputs there will be, to tell the time left. Default unknown. */
  total?: number
  /** Ends it. Default never. */
  signal?: Aborting
  /** Copies of what takes long, such as `hedgeAtTail()`. Default none. */
  hedge?: Hedge
  /** When a result is believed, such as `quorum()`. Default the first is. */
  validation?: Validation
  /** Keeps results, so that the job may begin again where it was. Default none. */
  checkpoint?: Checkpoint
}

/** Options of `Volunteer.map` that are whole numbers, with every default filled in. */
export interface MapLimits {
  /** Inputs that were read and whose results were not; so results kept for their order, too. Default 1,024. */
  window: number
  /** How often a task may fail, by its own doing, before it is put aside. Default 3. */
  tries: number
  /**
   * How often a task may be lost with whoever had it before it is put aside; tasks that are lost
   * together share a loss. Default 10.
   */
  losses: number
  /** How long one task may be computed, ms. Default 60,000. */
  timeoutMs: number
  /** Tasks put aside that are kept to be looked at; the others are counted. Default 1,000. */
  deadLetters: number
  /** Workers of whom statistics are kept; the others are added up. Default 1,000. */
  workers: number
}

const MAX = 2 ** 31

/** Default, least and most of each. */
const LIMITS: { readonly [name in keyof MapLimits]: readonly [number, number, number] } = {
  window: [1024, 1, 2 ** 24],
  tries: [3, 1, 1000],
  losses: [10, 0, 1000],
  timeoutMs: [60_000, 1, MAX],
  deadLetters: [1000, 0, 2 ** 24],
  workers: [1000, 0, 2 ** 20],
}

/** @throws RangeError that names the option and what it got */
export function resolveMapLimits(options: Partial<MapLimits>): MapLimits {
  const resolved: Partial<MapLimits> = {}
  for (const key in LIMITS) {
    const name = key as keyof MapLimits
    const [byDefault, min, max] = LIMITS[name]
    resolved[name] = wholeNumber(name, options[name] ?? byDefault, min, max)
  }
  return resolved as MapLimits
}
