import { BlockHash } from './block-hash.ts'
import type { ByteSource } from './byte-source.ts'
import { encodeFileFrame, type FileFrame } from './file-frames.ts'
import { type FileInfo, Transfer, type TransferWorld } from './transfer.ts'

/**
 * The sending end of a transfer. It reads ahead by two pieces of its source, sends as far as the
 * receiver allows, and after a break goes on from where the receiver says it is.
 */
export class Outgoing extends Transfer {
  readonly #source: ByteSource
  readonly #hash: BlockHash
  #hashedTo = 0
  /** What was read and not sent, from `#sent` on. */
  #pieces: Uint8Array[] = []
  #reading = false
  #isReadWhole = false
  #sent = 0
  #limit = 0
  #used = 0
  /** Counts rewinds, so that what was read for an earlier place is known. */
  #run = 0
  #isEndSent = false

  constructor(info: FileInfo, world: TransferWorld, source: ByteSource) {
    super(info, world, 'linking')
    this.#source = source
    this.#hash = new BlockHash(world.digest, () => world.ready())
  }

  get bytes(): number {
    return this.#used
  }

  /** There is a link: names the file, for the first time or again. */
  offer(): void {
    if (this.state === 'ended') return
    const { id, name, type, size } = this.info
    // While it is unanswered for the first time its time goes on.
    if (this.state !== 'offered') this.enter('offered')
    this.world.tell({ kind: 'offer', id, name, type, size })
  }

  receive(frame: FileFrame): void {
    this.heard()
    if (frame.kind === 'accept') this.#accepted(frame.offset, frame.limit)
    else if (frame.kind === 'credit') this.#credit(frame.used, frame.limit)
    else if (frame.kind === 'done') this.#done()
  }

  /** The next frame of the file, if there is one to be sent now; then call {@link taken}. */
  next(): Uint8Array | undefined {
    const chunk = this.#chunk()
    if (chunk === undefined) return undefined
    return encodeFileFrame({ kind: 'data', id: this.info.id, offset: this.#sent, chunk })
  }

  /** What {@link next} returned has left. */
  taken(): void {
    const chunk = this.#chunk()
    const piece = this.#pieces[0]
    if (chunk === undefined || piece === undefined) return
    const fresh = this.#sent + chunk.length - this.#hashedTo
    if (fresh > 0) {
      this.#hash.update(chunk.subarray(Math.max(0, chunk.length - fresh)))
      this.#hashedTo += Math.min(fresh, chunk.length)
    }
    this.#sent += chunk.length
    if (piece.length === chunk.length) this.#pieces.shift()
    else this.#pieces[0] = piece.subarray(chunk.length)
    this.#read()
    this.#endIfWhole()
  }

  protected override free(): void {
    this.#pieces = []
    this.#source.close()
  }

  #chunk(): Uint8Array | undefined {
    if (this.state !== 'active' || this.#hash.isBehind) return undefined
    const room = Math.min(this.world.limits.chunkBytes, this.#limit - this.#sent)
    return room > 0 ? this.#pieces[0]?.subarray(0, room) : undefined
  }

  #accepted(offset: number, limit: number): void {
    if (this.state !== 'offered') return
    // Neither more than was sent nor, of a stream, what is not kept.
    if (offset > this.#hashedTo) this.stop('MALFORMED', 'accepted more than there was')
    else if (!this.#source.seek(offset)) this.stop('CANNOT_RESUME', 'the beginning is gone')
    else {
      this.#run++
      this.#pieces = []
      this.#reading = false
      this.#isReadWhole = false
      this.#isEndSent = false
      this.#sent = offset
      this.#limit = limit
      this.enter('active')
      this.#read()
    }
  }

  #credit(used: number, limit: number): void {
    if (this.state !== 'active') return
    if (used > this.#sent) {
      this.stop('MALFORMED', 'used more than there was')
      return
    }
    this.#used = Math.max(this.#used, used)
    this.#limit = Math.max(this.#limit, limit)
    this.#source.release(this.#used)
    this.moved()
    this.world.ready()
  }

  #done(): void {
    if (!this.#isEndSent && this.state !== 'offered') return
    this.#used = this.#hashedTo
    this.moved()
    this.end()
  }

  #read(): void {
    if (this.#reading || this.#isReadWhole || this.#pieces.length >= 2) return
    this.#reading = true
    const run = this.#run
    this.#source.read().then(
      (piece) => {
        if (run !== this.#run || this.state === 'ended') return
        this.#reading = false
        if (piece === undefined) this.#isReadWhole = true
        else this.#pieces.push(piece)
        this.#read()
        this.#endIfWhole()
        this.world.ready()
      },
      (cause) => {
        if (run === this.#run) this.stop('SOURCE_FAILED', 'the source cannot be read', cause)
      },
    )
  }

  #endIfWhole(): void {
    if (!this.#isReadWhole || this.#pieces.length > 0 || this.#isEndSent) return
    if (this.state !== 'active') return
    const { id, size } = this.info
    if (size !== undefined && this.#sent !== size) {
      this.stop('SIZE_MISMATCH', `the source has ${this.#sent} bytes, not ${size}`)
      return
    }
    this.#isEndSent = true
    const [run, bytes] = [this.#run, this.#sent]
    void this.#hash.digest().then((hash) => {
      const isCurrent = run === this.#run && this.state === 'active'
      if (isCurrent) this.world.tell({ kind: 'end', id, size: bytes, hash })
    })
  }
}
