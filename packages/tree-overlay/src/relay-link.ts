import {
  type Clock,
  type CloseReason,
  Emitter,
  type LinkEvents,
  type SendResult,
  type Unsubscribe,
} from '@pigeon/transport'
import type { TreeLink } from './tree-links.ts'

/** Bytes of one frame over a relayed link: what any hub takes. */
export const RELAYED_FRAME_BYTES: number = 32 * 1024

/** When a bootstrap that took no more is asked again, ms. */
const DRAIN_MS = 250

/** Frames that came out of turn and wait for the ones before them. */
const EARLY_FRAMES = 64

/** What a letter of a relayed link is. */
const RelayOp = { frame: 0, close: 1 } as const

/** What a relayed link asks of its maker. */
export interface RelayWorld {
  readonly clock: Clock
  send(op: number, bytes: Uint8Array): SendResult
  over(): void
}

/**
 * One end of a link through the bootstrap. Frames are numbered, since letters may overtake each
 * other; one that is lost ends the link. That the other end is gone shows by silence alone.
 */
export class RelayLink implements TreeLink {
  readonly #world: RelayWorld
  readonly #events = new Emitter<LinkEvents>()
  readonly #early = new Map<number, Uint8Array>()
  #sent = 0
  #received = 0
  #closed = false
  #waits = false

  constructor(world: RelayWorld) {
    this.#world = world
  }

  send(frame: Uint8Array): SendResult {
    if (this.#closed) return 'gone'
    if (frame.length > RELAYED_FRAME_BYTES) return 'too-large'
    const bytes = new Uint8Array(4 + frame.length)
    new DataView(bytes.buffer).setUint32(0, this.#sent)
    bytes.set(frame, 4)
    if (this.#world.send(RelayOp.frame, bytes) === 'sent') {
      this.#sent++
      return 'sent'
    }
    // A hub that is away for a moment is no end of the link: silence is.
    if (!this.#waits) {
      this.#waits = true
      this.#world.clock.after(DRAIN_MS, () => {
        this.#waits = false
        if (!this.#closed) this.#events.emit('drain')
      })
    }
    return 'congested'
  }

  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  close(reason: CloseReason = 'local'): Promise<void> {
    if (!this.#closed) {
      this.#world.send(RelayOp.close, new Uint8Array(0))
      this.ended(reason)
    }
    return Promise.resolve()
  }

  /** Something came. */
  letter(op: number, bytes: Uint8Array): void {
    if (op === RelayOp.close) this.ended('bye')
    else if (op === RelayOp.frame && bytes.length >= 4) this.#frame(bytes)
  }

  ended(reason: CloseReason): void {
    if (this.#closed) return
    this.#closed = true
    this.#world.over()
    this.#early.clear()
    this.#events.emit('close', reason)
  }

  #frame(bytes: Uint8Array): void {
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    if (number < this.#received) return
    if (this.#early.size >= EARLY_FRAMES) {
      this.ended('failed')
      return
    }
    this.#early.set(number, bytes.slice(4))
    for (;;) {
      const next = this.#early.get(this.#received)
      if (next === undefined || this.#closed) return
      this.#early.delete(this.#received++)
      this.#events.emit('frame', next)
    }
  }
}
