import { type Clock, wholeNumber } from '@pigeon/transport'
import { encodeRun } from '../entry/run.ts'
import type { End } from '../replication/frames.ts'
import { endsOf, lackedBy } from '../replication/frontier.ts'
import type { Space } from '../space/space.ts'
import type { ArchiveTable } from './archive-table.ts'
import { bundlesOf, encodeHead, headName, MAX_BUNDLES } from './head.ts'

/** Options of {@link Archive}. */
export interface ArchiveOptions {
  readonly space: Space
  readonly table: ArchiveTable
  readonly clock: Clock
  /** How long new entries are collected before they are put, ms. Default 5,000. */
  readonly delayMs?: number
}

/**
 * Keeps what one replica has of a space in a table: sealed as it is, checked by whoever takes it. Only
 * what is new is put; the head, which this author alone can write, says where all of it is.
 */
export class Archive {
  readonly #options: Required<ArchiveOptions>
  readonly #off: () => void
  #cancel: (() => void) | undefined
  #last: Promise<void> = Promise.resolve()
  #genesis: Uint8Array | undefined
  #bundles: Uint8Array[] = []
  #ends: readonly End[] = []
  #isClosed = false

  /** @throws RangeError if `delayMs` is not from 0 to an hour */
  constructor({ delayMs = 5000, ...options }: ArchiveOptions) {
    this.#options = { ...options, delayMs: wholeNumber('delayMs', delayMs, 0, 3_600_000) }
    this.#off = options.space.on('entries', () => this.#soon())
    this.#soon()
  }

  /** Puts what is new now. @throws whatever the table does */
  save(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const saved = this.#last.then(() => this.#save())
    this.#last = saved.catch(() => undefined)
    return saved
  }

  /** Puts what is new, and ends. @throws whatever the table does */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#off()
    await (this.#cancel === undefined ? this.#last : this.save())
  }

  #soon(): void {
    const { clock, delayMs } = this.#options
    // What could not be put is put with what comes next.
    this.#cancel ??= clock.after(delayMs, () => void this.save().catch(() => undefined))
  }

  async #save(): Promise<void> {
    const { space, table } = this.#options
    const { log } = space
    const ends = endsOf(log)
    if (this.#genesis !== undefined && isEqual(ends, this.#ends)) return
    this.#genesis ??= await table.put(space.genesis)
    const added = await this.#put(this.#ends)
    const all = [...this.#bundles, ...added]
    // Entries that a snapshot took the place of are gone from what is bundled anew.
    const bundles = all.length > MAX_BUNDLES ? await this.#put([]) : all
    await table.putOwn(headName(space.id), encodeHead({ genesis: this.#genesis, bundles }))
    this.#bundles = bundles
    this.#ends = ends
  }

  async #put(ends: readonly End[]): Promise<Uint8Array[]> {
    const { space, table } = this.#options
    const runs = [...lackedBy(ends, space.log)].map((run) => encodeRun(run))
    const names: Uint8Array[] = []
    for (const bundle of bundlesOf(runs)) names.push(await table.put(bundle))
    return names.slice(-MAX_BUNDLES)
  }
}

function isEqual(a: readonly End[], b: readonly End[]): boolean {
  if (a.length !== b.length) return false
  const ids = new Set(a.map(({ id }) => id))
  return b.every(({ id }) => ids.has(id))
}
