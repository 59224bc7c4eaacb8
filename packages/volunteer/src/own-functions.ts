import type { Executor, Work } from './executor.ts'
import type { Outcome } from './failure.ts'
import { clip, type Offer, TEXT_BYTES } from './frames.ts'
import type { CodeHash } from './ids.ts'
import { decodeValue, encodeValue } from './values.ts'

/**
 * Computes functions of the program itself, in the program itself: by the hash of the code that
 * jobs name. There is no sandbox, and no time limit: what runs is the program's own.
 */
export class OwnFunctions implements Executor {
  readonly slots: number
  readonly #functions: ReadonlyMap<CodeHash, (input: never) => unknown>
  #epoch = 0

  /** @param slots tasks at once, default 1 */
  constructor(functions: ReadonlyMap<CodeHash, (input: never) => unknown>, slots = 1) {
    this.#functions = functions
    this.slots = slots
  }

  accepts({ hash }: Offer): boolean {
    return this.#functions.has(hash)
  }

  run(work: Work, done: (outcome: Outcome) => void): () => void {
    const epoch = this.#epoch
    let isOver = false
    void this.#compute(work).then((outcome) => {
      if (!isOver && epoch === this.#epoch) done(outcome)
    })
    return () => {
      isOver = true
    }
  }

  stop(): void {
    this.#epoch++
  }

  async #compute({ hash, payload, payloadBytes }: Work): Promise<Outcome> {
    try {
      const run = this.#functions.get(hash) as (input: unknown) => unknown
      const result = encodeValue(await run(decodeValue(payload)))
      if (result.length <= payloadBytes) return { ok: true, payload: result }
      return { ok: false, reason: 'too-large', text: `${result.length} bytes` }
    } catch (error) {
      return { ok: false, reason: 'threw', text: clip(String(error), TEXT_BYTES) }
    }
  }
}
