import type { PeerId } from '@pigeon/xor'
import { latest } from './latest.ts'
import type { Progress, Transfer } from './transfer.ts'

/** A file on its way, seen from either end. */
export abstract class FileTransfer {
  readonly id: string
  readonly name: string
  /** Its media type, '' if unknown. */
  readonly type: string
  /** Bytes in all, if known before the end. */
  readonly size: number | undefined
  /** Resolves when the receiver has the whole file, and rejects with a `TransferError`. */
  readonly done: Promise<void>
  readonly #transfer: Transfer

  constructor(transfer: Transfer, name: string) {
    this.#transfer = transfer
    this.id = transfer.info.id
    this.name = name
    this.type = transfer.info.type
    this.size = transfer.info.size
    this.done = new Promise((resolve, reject) => {
      transfer.on('ended', (error) => (error === undefined ? resolve() : reject(error)))
    })
    // Whoever does not ask is not told.
    this.done.catch(() => {})
  }

  protected get peer(): PeerId {
    return this.#transfer.info.peer
  }

  /** How far it is, with its speed. */
  get current(): Progress {
    return this.#transfer.progress
  }

  /** How far it is, whenever that changed, to the end. Throws nothing: see {@link done}. */
  progress(): AsyncIterable<Progress> {
    return latest(this.#transfer)
  }

  /** Ends it on both sides, and frees at once what it holds. */
  cancel(reason = ''): void {
    this.#transfer.stop('CANCELLED', reason)
  }
}
