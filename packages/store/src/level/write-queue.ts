import type { EngineOperation } from '../engine.ts'

/** Operations of a group at most, as long as it has more than one batch. */
const GROUP_OPERATIONS = 1024

interface Waiting {
  readonly operations: readonly EngineOperation[]
  readonly durable: boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes one group of batches at a time: what comes while one is written makes the next, so that
 * many durable batches wait for the disk once. A group is written whole or not at all, and so is
 * each batch in it. What waits is bounded by who adds.
 */
export class WriteQueue {
  readonly #write: (operations: readonly EngineOperation[], durable: boolean) => Promise<void>
  #waiting: Waiting[] = []
  #isWriting = false

  /** @param write all or nothing */
  constructor(write: (operations: readonly EngineOperation[], durable: boolean) => Promise<void>) {
    this.#write = write
  }

  /** Resolves when it is written. */
  add(operations: readonly EngineOperation[], durable: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operations, durable, resolve, reject })
      if (!this.#isWriting) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup()
      const operations = group.flatMap((one) => one.operations)
      try {
        await this.#write(
          operations,
          group.some(({ durable }) => durable),
        )
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#isWriting = false
  }

  #takeGroup(): Waiting[] {
    let count = 0
    const isFull = ({ operations }: Waiting): boolean => {
      count += operations.length
      return count > GROUP_OPERATIONS
    }
    const end = this.#waiting.findIndex(isFull)
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : Math.max(1, end))
  }
}
