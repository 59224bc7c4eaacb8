import { ID_BYTES, type PeerId, peerIdFromBytes, peerIdToBytes } from '@pigeon/xor'

// Present in every runtime, though not in the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** What was wrong with bytes that did not decode. */
export type WireErrorCode = 'WIRE_TRUNCATED' | 'WIRE_TRAILING' | 'WIRE_LIMIT' | 'WIRE_MALFORMED'

/** Bytes from the network are not what they should be. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: WireErrorCode
  constructor(code: WireErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Builds one frame, growing as needed. Numbers are big-endian; `varuint` is unsigned LEB128, at
 * most 2^53 - 1, in its shortest form.
 * @example
 * new ByteWriter().u8(1).varuint(300).text('hi').finish()
 */
export class ByteWriter {
  #bytes: Uint8Array
  #length = 0

  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    return this.#write(inRange(value, 0xff), 1)
  }

  u16(value: number): this {
    return this.#write(inRange(value, 0xffff), 2)
  }

  u32(value: number): this {
    return this.#write(inRange(value, 0xffff_ffff), 4)
  }

  /** Eight bytes; whole numbers to 2^53 - 1, such as times in milliseconds. */
  u64(value: number): this {
    inRange(value, Number.MAX_SAFE_INTEGER)
    return this.#write(Math.floor(value / 2 ** 32), 4).#write(value >>> 0, 4)
  }

  varuint(value: number): this {
    let rest = inRange(value, Number.MAX_SAFE_INTEGER)
    while (rest > 0x7f) {
      this.u8((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    return this.u8(rest)
  }

  /** The bytes as they are, without a length. */
  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** A `varuint` length, then the bytes. */
  bytes(bytes: Uint8Array): this {
    return this.varuint(bytes.length).raw(bytes)
  }

  /** UTF-8 as {@link bytes}. */
  text(text: string): this {
    return this.bytes(encoder.encode(text))
  }

  /** The 20 bytes of an id. */
  id(id: PeerId): this {
    const at = this.#reserve(ID_BYTES)
    peerIdToBytes(id, this.#bytes, at)
    return this
  }

  /** The frame. The writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #write(value: number, count: number): this {
    const at = this.#reserve(count)
    for (let index = 0; index < count; index++) {
      this.#bytes[at + index] = value >>> (8 * (count - 1 - index))
    }
    return this
  }

  #reserve(count: number): number {
    const at = this.#length
    const needed = at + count
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
    }
    this.#length = needed
    return at
  }
}

/**
 * Reads one frame front to back. Every method throws a {@link WireError} instead of reading past
 * the end or above a limit, so a decoder is a straight line in one `try`.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#read(1)
  }

  u16(): number {
    return this.#read(2)
  }

  u32(): number {
    return this.#read(4)
  }

  u64(): number {
    if (this.remaining < 8) this.#take(8)
    const value = this.#read(4) * 2 ** 32 + this.#read(4)
    if (!Number.isSafeInteger(value)) throw new WireError('WIRE_LIMIT', 'number above 2^53 - 1')
    return value
  }

  /** @param max the largest value accepted */
  varuint(max: number = Number.MAX_SAFE_INTEGER): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < 8; count++) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (byte === 0 && count > 0) {
          throw new WireError('WIRE_MALFORMED', 'number is longer than it needs to be')
        }
        if (value > max) throw new WireError('WIRE_LIMIT', `number ${value} is above ${max}`)
        return value
      }
      scale *= 128
    }
    throw new WireError('WIRE_LIMIT', 'number above 2^53 - 1')
  }

  /** The next `count` bytes, as a view into the frame. */
  raw(count: number): Uint8Array {
    const at = this.#take(count)
    return this.#bytes.subarray(at, at + count)
  }

  /** Bytes behind a `varuint` length of at most `maxBytes`, as a view into the frame. */
  bytes(maxBytes: number): Uint8Array {
    return this.raw(this.varuint(maxBytes))
  }

  /** UTF-8 of at most `maxBytes` bytes. */
  text(maxBytes: number): string {
    const bytes = this.bytes(maxBytes)
    try {
      return decoder.decode(bytes)
    } catch {
      throw new WireError('WIRE_MALFORMED', 'text is not UTF-8')
    }
  }

  /** An id of 20 bytes. */
  id(): PeerId {
    return peerIdFromBytes(this.raw(ID_BYTES))
  }

  /** All that is left, as a view into the frame. */
  rest(): Uint8Array {
    return this.raw(this.remaining)
  }

  /** @throws WireError if anything is left */
  end(): void {
    if (this.remaining > 0) {
      throw new WireError('WIRE_TRAILING', `${this.remaining} bytes after the end`)
    }
  }

  #read(count: number): number {
    const at = this.#take(count)
    let value = 0
    for (let index = 0; index < count; index++) {
      value = value * 256 + (this.#bytes[at + index] as number)
    }
    return value
  }

  #take(count: number): number {
    const at = this.#at
    if (count > this.remaining) {
      throw new WireError('WIRE_TRUNCATED', `needs ${count} bytes, ${this.remaining} left`)
    }
    this.#at += count
    return at
  }
}

function inRange(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`a whole number from 0 to ${max}, got ${value}`)
  }
  return value
}
