import { BlockHash } from './block-hash.ts'
import { BlockQueue } from './block-queue.ts'
import type { FileFrame } from './file-frames.ts'
import { type FileInfo, Transfer, type TransferWorld } from './transfer.ts'
import type { TransferError } from './transfer-error.ts'

/**
 * The receiving end of a transfer. It allows the sender `windowBytes` beyond what was read here,
 * so a slow reader slows the sender and memory stays bounded.
 */
export class Incoming extends Transfer {
  readonly #blocks = new BlockQueue()
  readonly #hash: BlockHash
  #received = 0
  #limit = 0
  #read = 0
  #isAccepted = false
  /** The sender said that this is all. */
  #isEnded = false
  #isWhole = false
  #error: TransferError | undefined
  #wake: (() => void) | undefined

  constructor(info: FileInfo, world: TransferWorld) {
    super(info, world, 'offered')
    this.#hash = new BlockHash(world.digest, () => this.#wakeUp())
  }

  get bytes(): number {
    return this.#received
  }

  get isAccepted(): boolean {
    return this.#isAccepted
  }

  /** Lets the sender begin. */
  accept(): void {
    if (this.#isAccepted || this.state === 'ended') return
    this.#isAccepted = true
    if (this.state === 'offered') this.resume()
  }

  /** The sender is there, or again: tells it where to go on. */
  resume(): void {
    if (!this.#isAccepted || this.state === 'ended') return
    this.enter('active')
    this.#limit = this.#read + this.world.limits.windowBytes
    const { id } = this.info
    this.world.tell({ kind: 'accept', id, offset: this.#received, limit: this.#limit })
  }

  /** An offer that came again before it was accepted. */
  again(): void {
    if (this.#isAccepted) this.resume()
    else if (this.state === 'paused') this.enter('offered')
  }

  receive(frame: FileFrame): void {
    this.heard()
    if (this.state !== 'active') return
    if (frame.kind === 'data') this.#data(frame.offset, frame.chunk)
    else if (frame.kind === 'end') void this.#whole(frame.size, frame.hash)
  }

  /**
   * The next bytes; undefined once all are there and their hash is right. Not twice at once.
   * @throws TransferError
   */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error
      const block = this.#hash.isBehind ? undefined : this.#blocks.shift()
      if (block !== undefined) {
        this.#grant(block.length)
        return block
      }
      if (this.#isWhole) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** What was read is safe: the sender may forget it. */
  finish(): void {
    if (!this.#isWhole || this.state === 'ended') return
    this.world.tell({ kind: 'done', id: this.info.id })
    this.end()
  }

  override end(error?: TransferError): void {
    this.#error ??= error
    super.end(error)
  }

  protected override free(): void {
    this.#blocks.clear()
    this.#wakeUp()
  }

  #data(offset: number, chunk: Uint8Array): void {
    const end = offset + chunk.length
    const { size } = this.info
    const isExpected = offset === this.#received && chunk.length > 0 && end <= this.#limit
    if (!isExpected || this.#isEnded) this.stop('MALFORMED', 'bytes that were not asked for')
    else if (end > (size ?? end)) this.stop('SIZE_MISMATCH', `more than the ${size} bytes offered`)
    else if (end > this.world.limits.maxFileBytes) this.stop('TOO_LARGE', 'larger than is taken')
    else {
      this.#received = end
      this.#hash.update(chunk)
      this.#blocks.push(chunk)
      this.moved()
      this.#wakeUp()
    }
  }

  /** The first word about it stands: to look at each would cost more than to send it. */
  async #whole(size: number, hash: Uint8Array): Promise<void> {
    if (this.#isEnded) return
    if (size !== this.#received || size !== (this.info.size ?? size)) {
      this.stop('SIZE_MISMATCH', `${this.#received} bytes came, not ${size}`)
      return
    }
    this.#isEnded = true
    const mine = await this.#hash.digest()
    if (!mine.every((byte, at) => byte === hash[at])) {
      this.stop('HASH_MISMATCH', 'the bytes that came are not those that were sent')
    } else {
      this.#isWhole = true
      this.#wakeUp()
    }
  }

  /** Tells the sender from time to time how far it may go. */
  #grant(bytes: number): void {
    const { windowBytes } = this.world.limits
    this.#read += bytes
    const limit = this.#read + windowBytes
    if (this.state !== 'active' || limit - this.#limit < windowBytes / 4) return
    this.#limit = limit
    this.world.tell({ kind: 'credit', id: this.info.id, used: this.#received, limit })
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}
