import type { Clock } from '@pigeon/transport'
import type { Item } from '../fold/items.ts'
import { inPieces } from '../fold/pieces.ts'
import type { DocumentEngine } from './engine.ts'

/** Bytes of updates that are written at once. */
const BATCH_BYTES = 16 * 1024

/** When edits that could not be written yet are tried again, ms. */
const RETRY_MS = 1000

/** How edits are collected. */
export interface BatchOptions {
  readonly batchMs: number
  readonly batchEdits: number
}

/** Collects local edits, so that typing is not an entry a key. */
export class Batcher {
  readonly #engine: DocumentEngine
  readonly #clock: Clock
  readonly #options: BatchOptions
  readonly #write: () => void
  readonly #updates = new Map<string, Uint8Array[]>()
  #edits = 0
  #bytes = 0
  #cancel: (() => void) | undefined

  /** @param write called when it is time to {@link Batcher.take} */
  constructor(engine: DocumentEngine, clock: Clock, options: BatchOptions, write: () => void) {
    this.#engine = engine
    this.#clock = clock
    this.#options = options
    this.#write = write
  }

  get isEmpty(): boolean {
    return this.#edits === 0
  }

  add(name: string, update: Uint8Array): void {
    const updates = this.#updates.get(name) ?? []
    updates.push(update)
    this.#updates.set(name, updates)
    this.#edits++
    this.#bytes += update.length
    if (this.#edits >= this.#options.batchEdits || this.#bytes >= BATCH_BYTES) this.#write()
    else this.#wait(this.#options.batchMs)
  }

  /** Tries again later: what was collected could not be written yet. */
  retry(): void {
    if (!this.isEmpty) this.#wait(RETRY_MS)
  }

  /** Takes out what was collected: what goes into each entry. */
  take(): Item[][] {
    const entries: Item[][] = []
    for (const [name, updates] of this.#updates) {
      const merged = updates.length === 1 ? (updates[0] as Uint8Array) : this.#engine.merge(updates)
      for (const piece of inPieces(merged)) entries.push([{ type: 'update', name, ...piece }])
    }
    this.clear()
    return entries
  }

  #wait(ms: number): void {
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = undefined
      this.#write()
    })
  }

  clear(): void {
    this.#updates.clear()
    this.#edits = 0
    this.#bytes = 0
    this.#cancel?.()
    this.#cancel = undefined
  }
}
