import type { Clock } from '@pigeon/transport'
import type { RtcChannel } from './engine.ts'
import { BATCH_HEADER_BYTES, batch, piece } from './fragments.ts'

/** What a waiting frame counts beside its bytes, so that empty ones have an end too. */
const FRAME_OVERHEAD_BYTES = 32

/**
 * How often a full channel is looked at besides its `bufferedamountlow` event, ms: werift lowers
 * `bufferedAmount` only when all of it has left, and an event must not be all that flow hangs on.
 */
const POLL_MS = 50

/** Options of {@link SendQueue}. */
export interface SendQueueOptions {
  channel: RtcChannel
  clock: Clock
  fragmentBytes: number
  windowBytes: number
  /** As {@link RtcTraits.bufferBytes}. */
  bufferBytes: number
  /** The window opened after it was full. */
  drained: () => void
  /** The channel does not take bytes any more. */
  failed: () => void
}

/**
 * Frames on their way into a data channel. The engine gets only a little ahead of the network;
 * what waits here meanwhile leaves together, since a message costs an engine far more than a byte.
 */
export class SendQueue {
  readonly #options: SendQueueOptions
  #frames: Uint8Array[] = []
  /** Bytes of the first frame that have left already. */
  #offset = 0
  #queuedBytes = 0
  #congested = false
  #flushing = false
  #farewell: Uint8Array<ArrayBuffer> | undefined
  #stopped = false
  #cancelPoll: (() => void) | undefined

  constructor(options: SendQueueOptions) {
    this.#options = options
    options.channel.bufferedAmountLowThreshold = options.bufferBytes >> 1
    options.channel.addEventListener('bufferedamountlow', () => this.#pump())
  }

  /** Bytes taken that are still on this machine. */
  get outstandingBytes(): number {
    return this.#options.channel.bufferedAmount + this.#queuedBytes
  }

  /** Copies and takes `frame` unless the window is full. */
  send(frame: Uint8Array): 'sent' | 'congested' {
    if (this.#congested || this.outstandingBytes >= this.#options.windowBytes) {
      this.#congested = true
      this.#armPoll()
      return 'congested'
    }
    // Not frame.slice(): of a Buffer that is a view.
    this.#frames.push(new Uint8Array(frame))
    this.#queuedBytes += frame.length + FRAME_OVERHEAD_BYTES
    this.#flushSoon()
    return 'sent'
  }

  /** Sends `fragment` after all that was taken. */
  finish(fragment: Uint8Array<ArrayBuffer>): void {
    this.#farewell = fragment
    this.#pump()
  }

  /** Sends a control fragment past the queue. */
  sendNow(fragment: Uint8Array<ArrayBuffer>): void {
    if (this.#stopped) return
    try {
      this.#options.channel.send(fragment)
    } catch {
      this.#fail()
    }
  }

  stop(): void {
    this.#stopped = true
    this.#frames = []
    this.#cancelPoll?.()
  }

  /** After the caller's turn, so that all it sends in one go leaves together. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    void Promise.resolve().then(() => {
      this.#flushing = false
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#stopped) return
    const { channel, bufferBytes, windowBytes } = this.#options
    try {
      while (this.#frames.length > 0 && channel.bufferedAmount < bufferBytes) {
        channel.send(this.#nextFragment(this.#frames[0] as Uint8Array))
      }
      if (this.#farewell !== undefined && this.#frames.length === 0) {
        const farewell = this.#farewell
        this.#farewell = undefined
        channel.send(farewell)
      }
    } catch {
      this.#fail()
      return
    }
    if (this.#frames.length > 0) this.#armPoll()
    if (this.#congested && this.outstandingBytes <= windowBytes >> 1) {
      this.#congested = false
      this.#options.drained()
    }
  }

  #nextFragment(first: Uint8Array): Uint8Array<ArrayBuffer> {
    const room = this.#options.fragmentBytes - 1
    if (first.length - this.#offset > room) {
      this.#offset += room
      this.#queuedBytes -= room
      return piece(first.subarray(this.#offset - room, this.#offset), false)
    }
    if (this.#offset === 0) {
      const count = this.#countBatch(room)
      if (count > 1) return batch(this.#take(count))
    }
    const rest = first.subarray(this.#offset)
    this.#take(1)
    return piece(rest, true)
  }

  /** How many of the first frames fit into `room` bytes. */
  #countBatch(room: number): number {
    let count = 0
    let used = 0
    for (const frame of this.#frames) {
      used += BATCH_HEADER_BYTES + frame.length
      if (used > room || frame.length > 0xffff) break
      count++
    }
    return count
  }

  #take(count: number): Uint8Array[] {
    const taken = this.#frames.splice(0, count)
    for (const frame of taken) this.#queuedBytes -= frame.length + FRAME_OVERHEAD_BYTES
    this.#queuedBytes += this.#offset
    this.#offset = 0
    return taken
  }

  #armPoll(): void {
    if (this.#cancelPoll !== undefined || this.#stopped) return
    this.#cancelPoll = this.#options.clock.after(POLL_MS, () => {
      this.#cancelPoll = undefined
      this.#pump()
      if (this.#congested || this.#frames.length > 0) this.#armPoll()
    })
  }

  #fail(): void {
    this.stop()
    this.#options.failed()
  }
}
