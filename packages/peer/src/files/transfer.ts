import { type Clock, Emitter, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Digest } from './block-hash.ts'
import type { FileFrame } from './file-frames.ts'
import type { FileLimits } from './file-limits.ts'
import { Speed } from './speed.ts'
import { type StopCode, TransferError, type TransferErrorCode } from './transfer-error.ts'

/** How far a transfer is. */
export interface Progress {
  /** What the receiver has. */
  readonly bytes: number
  /** All there is, if known. */
  readonly total: number | undefined
  /** Over the last four seconds. */
  readonly bytesPerSecond: number
}

/** What happens on a {@link Transfer}. */
export interface TransferEvents {
  progress: () => void
  /** It is over; without an error the file is there. Exactly once. */
  ended: (error: TransferError | undefined) => void
}

/**
 * `linking` → `offered` → `active` → `ended`; `paused` from any of them while the link is away.
 */
export type TransferState = 'linking' | 'offered' | 'active' | 'paused' | 'ended'

/** What a transfer is given. */
export interface TransferWorld {
  readonly clock: Clock
  readonly limits: FileLimits
  readonly digest: Digest
  /** Sends a frame, behind others that wait for the link. */
  tell(frame: FileFrame): void
  /** There is something to send. */
  ready(): void
}

/** What is named to the other side. */
export interface FileInfo {
  readonly id: string
  readonly peer: PeerId
  readonly name: string
  readonly type: string
  readonly size: number | undefined
}

/** What both ends of a transfer have in common: states, time limits, progress and the end. */
export abstract class Transfer {
  readonly info: FileInfo
  protected readonly world: TransferWorld
  readonly #events = new Emitter<TransferEvents>()
  readonly #speed = new Speed()
  #state: TransferState
  #since: number
  #heardAt: number
  #toldAt = 0

  constructor(info: FileInfo, world: TransferWorld, state: TransferState) {
    this.info = info
    this.world = world
    this.#state = state
    this.#since = world.clock.now()
    this.#heardAt = this.#since
  }

  get state(): TransferState {
    return this.#state
  }

  /** What the receiver has, bytes. */
  abstract get bytes(): number

  get progress(): Progress {
    const { bytes } = this
    const bytesPerSecond = this.#speed.perSecond(this.world.clock.now(), bytes)
    return { bytes, total: this.info.size, bytesPerSecond }
  }

  on<E extends keyof TransferEvents>(event: E, listener: TransferEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Ends it on both sides. */
  stop(code: StopCode, reason: string, cause?: unknown): void {
    if (this.#state === 'ended') return
    this.world.tell({ kind: 'stop', id: this.info.id, code, reason })
    this.end(new TransferError(code, reason || code, { cause }))
  }

  /** As {@link stop}, because a signal says so here. */
  abort(cause: unknown): void {
    if (this.#state === 'ended') return
    this.world.tell({ kind: 'stop', id: this.info.id, code: 'CANCELLED', reason: '' })
    this.end(new TransferError('ABORTED', 'the transfer was aborted', { cause }))
  }

  /** Ends it on this side. */
  end(error?: TransferError): void {
    if (this.#state === 'ended') return
    this.enter('ended')
    this.free()
    this.#events.emit('ended', error)
    this.#events.clear()
  }

  /** The other side said something about it. */
  heard(): void {
    this.#heardAt = this.world.clock.now()
  }

  /** The link is away. */
  pause(): void {
    if (this.#state !== 'ended' && this.#state !== 'linking') this.enter('paused')
  }

  /** Looks at the time limits, about once a second. */
  tick(): void {
    const { clock, limits } = this.world
    const now = clock.now()
    const code = this.#overdue(now)
    if (code === 'TIMEOUT') this.stop(code, `nothing from ${this.info.peer} in time`)
    else if (code !== undefined) this.end(new TransferError(code, `no link to ${this.info.peer}`))
    else if (this.#state === 'active' && now - this.#toldAt >= limits.stallMs / 4) {
      this.#toldAt = now
      this.world.tell({ kind: 'alive', id: this.info.id })
    }
  }

  #overdue(now: number): TransferErrorCode | undefined {
    const { limits } = this.world
    const ms = now - this.#since
    if (this.#state === 'linking' && ms >= limits.linkTimeoutMs) return 'NOT_LINKED'
    if (this.#state === 'offered' && ms >= limits.offerTimeoutMs) return 'TIMEOUT'
    if (this.#state === 'paused' && ms >= limits.resumeMs) return 'PEER_GONE'
    const isSilent = this.#state === 'active' && now - this.#heardAt >= limits.stallMs
    return isSilent ? 'TIMEOUT' : undefined
  }

  protected enter(state: TransferState): void {
    this.#state = state
    this.#since = this.world.clock.now()
    this.heard()
  }

  protected moved(): void {
    this.#speed.add(this.world.clock.now(), this.bytes)
    this.#events.emit('progress')
  }

  /** Lets go of everything that takes memory. */
  protected abstract free(): void
}
