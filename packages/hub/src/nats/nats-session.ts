import type { CipherEngine } from '@pigeon/identity'
import { ByteReader, ByteWriter, type Clock, type SendResult } from '@pigeon/transport'
import { openNumbered, SEAL_BYTES, type SessionKeys, sealNumbered } from './sealer.ts'

/** Sent and not acknowledged, above which a session is congested. */
const WINDOW_BYTES: number = 1024 * 1024

/** So many bytes are acknowledged at once, or what came in so long, ms. */
const ACK_BYTES: number = 64 * 1024
const ACK_MS = 50

/** A session that sent nothing for so long says that it lives, ms. */
const BEAT_MS = 2000

/** Three beats missed: it is dead, ms. */
const SILENCE_MS = 6000

/** A tick this late tells of a stall here, not of silence there, ms. */
const LATE_MS = 1000

const DATA = 0
const ACK = 1
const BEAT = 2
const BYE = 3

/** Bytes that a frame grows by when it is sealed. */
export const SESSION_OVERHEAD_BYTES: number = 1 + SEAL_BYTES

/** Why a session ended: this side, the other one, something lost, or silence. */
type SessionEnd = 'local' | 'bye' | 'failed' | 'timeout'

/** What a {@link NatsSession} does to the world. */
export interface NatsSessionOptions {
  readonly crypto: CipherEngine
  readonly clock: Clock
  readonly keys: SessionKeys
  readonly isDialler: boolean
  /** Sends to the other side. */
  readonly publish: (number: number, sealed: Uint8Array) => void
  readonly frame: (frame: Uint8Array) => void
  readonly drain: () => void
  /** It is over, once. */
  readonly down: (reason: SessionEnd) => void
}

/**
 * One session of two hubs over a bus that loses messages, and on which others write too.
 *
 * Invariants: only what the other side sealed is taken; frames come in order and none is missing, or
 * the session ends; what others write in its name changes nothing.
 */
export class NatsSession {
  /** Messages that were not sealed by the other side, or came again. */
  rejected = 0
  readonly #options: NatsSessionOptions
  #nextOut = 0
  #nextIn = 0
  #sentBytes = 0
  #acknowledged = 0
  #receivedBytes = 0
  #toldBytes = 0
  #isCongested = false
  #sentAt: number
  #heardAt: number
  #isOver = false
  #cancelBeat: () => void = () => {}
  #cancelAck: (() => void) | undefined

  constructor(options: NatsSessionOptions) {
    this.#options = options
    this.#sentAt = options.clock.now()
    this.#heardAt = this.#sentAt
    this.#beat()
  }

  send(frame: Uint8Array): SendResult {
    if (this.#isOver) return 'gone'
    const waiting = this.#sentBytes - this.#acknowledged
    if (waiting > 0 && waiting + frame.length > WINDOW_BYTES) {
      this.#isCongested = true
      return 'congested'
    }
    this.#sentBytes += frame.length
    this.#say(DATA, frame)
    return 'sent'
  }

  /** A message of this session came, or one that says so. */
  message(number: number, sealed: Uint8Array): void {
    const { crypto, keys, isDialler, clock } = this.#options
    const key = isDialler ? keys.toDialler : keys.toListener
    if (this.#isOver || number < this.#nextIn) {
      this.rejected++
      return
    }
    const bytes = openNumbered(crypto, key, number, sealed)
    if (bytes === undefined) {
      this.rejected++
      return
    }
    if (number > this.#nextIn) {
      this.end('failed')
      return
    }
    this.#nextIn++
    this.#heardAt = clock.now()
    this.#take(bytes)
  }

  /** Ends it. @param reason `local` tells the other side */
  end(reason: SessionEnd): void {
    if (this.#isOver) return
    if (reason === 'local') this.#say(BYE, NOTHING)
    this.#isOver = true
    this.#cancelBeat()
    this.#cancelAck?.()
    this.#options.down(reason)
  }

  #take(bytes: Uint8Array): void {
    const body = bytes.subarray(1)
    if (bytes[0] === DATA) {
      this.#receivedBytes += body.length
      this.#acknowledge()
      this.#options.frame(body)
    } else if (bytes[0] === ACK) this.#acked(body)
    else if (bytes[0] === BYE) this.end('bye')
  }

  #acked(body: Uint8Array): void {
    try {
      const total = new ByteReader(body).varuint()
      if (total <= this.#sentBytes) this.#acknowledged = Math.max(this.#acknowledged, total)
    } catch {
      return
    }
    if (!this.#isCongested || this.#sentBytes - this.#acknowledged > WINDOW_BYTES / 2) return
    this.#isCongested = false
    this.#options.drain()
  }

  #acknowledge(): void {
    if (this.#receivedBytes - this.#toldBytes >= ACK_BYTES) this.#sendAck()
    else this.#cancelAck ??= this.#options.clock.after(ACK_MS, () => this.#sendAck())
  }

  #sendAck(): void {
    this.#cancelAck?.()
    this.#cancelAck = undefined
    this.#toldBytes = this.#receivedBytes
    this.#say(ACK, new ByteWriter().varuint(this.#receivedBytes).finish())
  }

  #say(type: number, body: Uint8Array): void {
    if (this.#isOver) return
    const { crypto, keys, isDialler, publish, clock } = this.#options
    const number = this.#nextOut++
    this.#sentAt = clock.now()
    const key = isDialler ? keys.toListener : keys.toDialler
    publish(number, sealNumbered(crypto, key, number, plainBytes(type, body)))
  }

  #beat(): void {
    const { clock } = this.#options
    const due = clock.now() + BEAT_MS / 2
    this.#cancelBeat = clock.after(BEAT_MS / 2, () => {
      const now = clock.now()
      if (now - due > LATE_MS) this.#heardAt = Math.max(this.#heardAt, now - BEAT_MS)
      if (now - this.#heardAt >= SILENCE_MS) {
        this.end('timeout')
        return
      }
      if (now - this.#sentAt >= BEAT_MS) this.#say(BEAT, NOTHING)
      this.#beat()
    })
  }
}

const NOTHING = new Uint8Array(0)

function plainBytes(type: number, body: Uint8Array): Uint8Array {
  const plain = new Uint8Array(1 + body.length)
  plain[0] = type
  plain.set(body, 1)
  return plain
}
