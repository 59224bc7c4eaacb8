import type { Clock, Lane } from '@pigeon/transport'
import type { RtcChannel } from './engine.ts'
import { Kind, piece } from './fragments.ts'
import { FrameQueue } from './frame-queue.ts'

/**
 * How often a full channel is looked at besides its `bufferedamountlow` event, ms: werift lowers
 * `bufferedAmount` only when all of it has left, and an event must not be all that flow hangs on.
 */
const POLL_MS = 50

/** Of so many prompt fragments one lets a bulk one go first, so that bulk never starves. */
const TURNS = 8

/** Options of {@link SendQueue}. */
export interface SendQueueOptions {
  channel: RtcChannel
  /** Unordered, and sends nothing again. */
  loose: RtcChannel
  clock: Clock
  fragmentBytes: number
  windowBytes: number
  /** As {@link RtcTraits.bufferBytes}. */
  bufferBytes: number
  /** The window of a lane opened after it was full. */
  drained: (lane: Lane) => void
  /** The channel does not take bytes any more. */
  failed: () => void
}

/**
 * Frames on their way into a data channel. The engine gets only a little ahead of the network;
 * what waits here meanwhile leaves together, since a message costs an engine far more than a byte.
 *
 * 1. Prompt frames leave before bulk ones, but for one turn in {@link TURNS}.
 * 2. Bulk fills at most three quarters of the engine's buffer, so a prompt frame never waits behind
 *    more. Below half of it the engine asks for more: less would let it run dry.
 * 3. Bulk never keeps prompt frames from being taken; both count against the window of bulk.
 */
export class SendQueue {
  readonly #options: SendQueueOptions
  readonly #prompt: FrameQueue
  readonly #bulk: FrameQueue
  /** What the other side says it knows; frames of other lanes are prompt. */
  #lanes: 'none' | 'known' | 'used' = 'none'
  #looseCongested = false
  /** Prompt fragments since the last bulk one. */
  #turns = 0
  #flushing = false
  #farewell: Uint8Array<ArrayBuffer> | undefined
  #stopped = false
  #cancelPoll: (() => void) | undefined

  constructor(options: SendQueueOptions) {
    const { channel, bufferBytes, fragmentBytes } = options
    this.#options = options
    this.#prompt = new FrameQueue(Kind, fragmentBytes)
    this.#bulk = new FrameQueue({ last: Kind.bulkLast, more: Kind.bulkMore }, fragmentBytes)
    channel.bufferedAmountLowThreshold = bufferBytes >> 1
    channel.addEventListener('bufferedamountlow', () => this.#pump())
  }

  /** Bytes taken that are still on this machine. */
  get outstandingBytes(): number {
    return this.#options.channel.bufferedAmount + this.#prompt.bytes + this.#bulk.bytes
  }

  /** The other side knows lanes. */
  useLanes(): void {
    if (this.#lanes === 'none') this.#lanes = 'known'
  }

  /** Copies and takes `frame` unless the window of its lane is full. */
  send(frame: Uint8Array, lane: Lane): 'sent' | 'congested' {
    if (lane === 'loose' && this.#takesLoose(frame)) return this.#sendLoose(frame)
    const queue = lane === 'bulk' && this.#mayBulk() ? this.#bulk : this.#prompt
    if (queue.congested || this.#outstanding(queue) >= this.#options.windowBytes) {
      queue.congested = true
      this.#armPoll()
      return 'congested'
    }
    queue.push(frame)
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
    this.#prompt.clear()
    this.#bulk.clear()
    this.#cancelPoll?.()
  }

  /** What counts against the window of `queue`. */
  #outstanding(queue: FrameQueue): number {
    return queue === this.#bulk ? this.outstandingBytes : this.outstandingBytes - this.#bulk.bytes
  }

  /** From when on bulk frames have a queue of their own: none taken before may be overtaken. */
  #mayBulk(): boolean {
    if (this.#lanes === 'known' && this.#prompt.isEmpty) this.#lanes = 'used'
    return this.#lanes === 'used'
  }

  #takesLoose(frame: Uint8Array): boolean {
    const { loose, fragmentBytes } = this.#options
    return this.#lanes !== 'none' && loose.readyState === 'open' && frame.length < fragmentBytes
  }

  /** What does not leave at once is late already, and may get lost here as well. */
  #sendLoose(frame: Uint8Array): 'sent' | 'congested' {
    const { loose, bufferBytes } = this.#options
    if (this.#stopped) return 'congested'
    if (loose.bufferedAmount >= bufferBytes) {
      this.#looseCongested = true
      this.#armPoll()
      return 'congested'
    }
    try {
      loose.send(piece(frame, Kind.last))
    } catch {
      // That lane is broken; the next frames go the ordered way.
    }
    return 'sent'
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
    const { channel } = this.#options
    try {
      for (let queue = this.#next(); queue !== undefined; queue = this.#next()) {
        this.#turns = queue === this.#bulk ? 0 : this.#turns + 1
        channel.send(queue.next())
      }
      if (this.#farewell !== undefined && !this.#isWaiting) {
        const farewell = this.#farewell
        this.#farewell = undefined
        channel.send(farewell)
      }
    } catch {
      this.#fail()
      return
    }
    if (this.#isWaiting) this.#armPoll()
    this.#drain()
  }

  /** Whose fragment leaves next, if the engine may have one. */
  #next(): FrameQueue | undefined {
    const { channel, bufferBytes } = this.#options
    const buffered = channel.bufferedAmount
    const mayBulk = !this.#bulk.isEmpty && buffered < (bufferBytes >> 2) * 3
    if (mayBulk && (this.#prompt.isEmpty || this.#turns >= TURNS)) return this.#bulk
    return !this.#prompt.isEmpty && buffered < bufferBytes ? this.#prompt : undefined
  }

  get #isWaiting(): boolean {
    return !this.#prompt.isEmpty || !this.#bulk.isEmpty
  }

  #drain(): void {
    const { windowBytes, bufferBytes, loose, drained } = this.#options
    for (const [queue, lane] of [
      [this.#prompt, 'prompt'],
      [this.#bulk, 'bulk'],
    ] as const) {
      if (!queue.congested || this.#outstanding(queue) > windowBytes >> 1) continue
      queue.congested = false
      drained(lane)
    }
    if (this.#looseCongested && loose.bufferedAmount <= bufferBytes >> 1) {
      this.#looseCongested = false
      drained('loose')
    }
  }

  #armPoll(): void {
    if (this.#cancelPoll !== undefined || this.#stopped) return
    this.#cancelPoll = this.#options.clock.after(POLL_MS, () => {
      this.#cancelPoll = undefined
      this.#pump()
      const owed = this.#prompt.congested || this.#bulk.congested || this.#looseCongested
      if (owed || this.#isWaiting) this.#armPoll()
    })
  }

  #fail(): void {
    this.stop()
    this.#options.failed()
  }
}
