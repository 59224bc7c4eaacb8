import type { PeerId } from '@pigeon/xor'
import { FileTransfer } from './file-transfer.ts'
import type { Incoming } from './incoming.ts'
import { safeName } from './safe-name.ts'
import { TransferError } from './transfer-error.ts'

/** `FileSystemFileHandle` of a browser, as far as it is needed. */
export interface FileHandle {
  createWritable(): Promise<WritableStream<Uint8Array<ArrayBuffer>>>
}

/** Where a file can be written. */
export type FileTarget = WritableStream<Uint8Array<ArrayBuffer>> | FileHandle

/** A file that another peer offers. It is not sent before {@link accept} or {@link save}. */
export class IncomingFile extends FileTransfer {
  readonly #incoming: Incoming
  readonly #maxMemoryBytes: number

  constructor(incoming: Incoming, maxMemoryBytes: number) {
    super(incoming, safeName(incoming.info.name))
    this.#incoming = incoming
    this.#maxMemoryBytes = maxMemoryBytes
  }

  /** Who sends it. */
  get from(): PeerId {
    return this.peer
  }

  /** The receiver does not want it. */
  reject(reason = ''): void {
    this.#incoming.stop('REJECTED', reason)
  }

  /**
   * Lets it come. The sender waits while nothing is read; cancelling the stream cancels the file.
   * @returns ends when the hash of all is right, and fails with a `TransferError` otherwise
   * @throws TypeError if it was accepted before
   */
  accept(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#begin()
    const incoming = this.#incoming
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          const block = await incoming.read()
          if (block !== undefined) {
            controller.enqueue(block)
            return
          }
          incoming.finish()
          controller.close()
        },
        cancel: (reason) => this.cancel(typeof reason === 'string' ? reason : ''),
      },
      { highWaterMark: 0 },
    )
  }

  /**
   * Accepts it and keeps it in memory, or writes it. The target is closed at the end, and aborted
   * if the transfer fails; the sender is told that it arrived only when the target has taken it.
   * @param target default: memory
   * @returns the file, if it is kept in memory
   * @throws TransferError, `TOO_LARGE` beyond `maxMemoryBytes`, `SINK_FAILED` if the target throws
   */
  save(target?: undefined, options?: { signal?: AbortSignal }): Promise<Blob>
  save(target: FileTarget, options?: { signal?: AbortSignal }): Promise<undefined>
  async save(
    target?: FileTarget,
    options: { signal?: AbortSignal } = {},
  ): Promise<Blob | undefined> {
    const { signal } = options
    const abort = () => this.#incoming.abort(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    try {
      return await (target === undefined ? this.#toMemory() : this.#toTarget(target))
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  #begin(): void {
    if (this.#incoming.isAccepted) throw new TypeError('the file was accepted before')
    this.#incoming.accept()
  }

  async #toMemory(): Promise<Blob> {
    const blocks: Uint8Array<ArrayBuffer>[] = []
    let bytes = 0
    const check = () => {
      if (Math.max(bytes, this.size ?? 0) <= this.#maxMemoryBytes) return
      this.#incoming.stop('TOO_LARGE', `more than ${this.#maxMemoryBytes} bytes for memory`)
    }
    check()
    this.#begin()
    await this.#each((block) => {
      blocks.push(block)
      bytes += block.length
      check()
    })
    this.#incoming.finish()
    return new Blob(blocks, { type: this.type })
  }

  async #toTarget(target: FileTarget): Promise<undefined> {
    this.#begin()
    const stream = await this.#sink(() =>
      'getWriter' in target ? target : target.createWritable(),
    )
    const writer = stream.getWriter()
    try {
      await this.#each((block) => this.#sink(() => writer.write(block)))
      await this.#sink(() => writer.close())
    } catch (error) {
      await writer.abort(error).catch(() => {})
      throw error
    }
    this.#incoming.finish()
  }

  async #each(take: (block: Uint8Array<ArrayBuffer>) => void | Promise<void>): Promise<void> {
    for (;;) {
      const block = await this.#incoming.read()
      if (block === undefined) return
      await take(block)
    }
  }

  async #sink<T>(write: () => T | Promise<T>): Promise<T> {
    try {
      return await write()
    } catch (cause) {
      this.#incoming.stop('SINK_FAILED', 'the receiver cannot write', cause)
      throw new TransferError('SINK_FAILED', 'the target cannot be written', { cause })
    }
  }
}
