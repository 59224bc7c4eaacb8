import { ByteReader, WireError } from '@pigeon/transport'
import { Kind, MAX_DEPTH, MAX_VALUES, VIEWS } from './value.ts'

/** Decimal digits of a `bigint`: parsing takes time that grows faster than they do. */
const MAX_BIGINT_DIGITS = 1024

/**
 * Reads what {@link encodeValue} wrote, from anybody: it takes no more memory than the values that
 * are really there, and none of them can reach into a prototype.
 * @throws WireError for anything else
 */
export function decodeValue(bytes: Uint8Array): unknown {
  const reader = new ByteReader(bytes)
  const value = new Decoder(reader).value(0)
  reader.end()
  return value
}

class Decoder {
  readonly #reader: ByteReader
  #count = 0

  constructor(reader: ByteReader) {
    this.#reader = reader
  }

  value(depth: number): unknown {
    this.#counted()
    if (depth > MAX_DEPTH) throw new WireError('WIRE_LIMIT', `nested deeper than ${MAX_DEPTH}`)
    const reader = this.#reader
    const kind = reader.u8()
    switch (kind) {
      case Kind.null:
        return null
      case Kind.undefined:
        return undefined
      case Kind.false:
        return false
      case Kind.true:
        return true
      case Kind.whole:
        return reader.varuint()
      case Kind.negative:
        return -1 - reader.varuint()
      case Kind.float:
        return this.#float()
      case Kind.bigint:
        return toBigint(reader.text(MAX_BIGINT_DIGITS + 1))
      case Kind.text:
        return reader.text(reader.remaining)
      case Kind.date:
        return new Date(this.#float())
      case Kind.array:
        return this.#values(depth)
      case Kind.object:
        return this.#object(depth)
      case Kind.map:
        return this.#map(depth)
      case Kind.set:
        return new Set(this.#values(depth))
      case Kind.buffer:
        return copy(reader.bytes(reader.remaining))
      case Kind.view:
        return this.#view()
      default:
        throw new WireError('WIRE_MALFORMED', `no kind ${kind}`)
    }
  }

  #counted(): void {
    if (++this.#count > MAX_VALUES) throw new WireError('WIRE_LIMIT', 'too many values')
  }

  #float(): number {
    const { buffer, byteOffset } = this.#reader.raw(8)
    return new DataView(buffer, byteOffset).getFloat64(0)
  }

  /** Each value has a byte at least, so a count is never a reason to take memory. */
  #length(): number {
    return this.#reader.varuint(this.#reader.remaining)
  }

  #values(depth: number): unknown[] {
    const values: unknown[] = []
    for (let left = this.#length(); left > 0; left--) values.push(this.value(depth + 1))
    return values
  }

  #object(depth: number): object {
    const object: Record<string, unknown> = {}
    for (let left = this.#length(); left > 0; left--) {
      this.#counted()
      const key = this.#reader.text(this.#reader.remaining)
      const value = this.value(depth + 1)
      // Assigning to it would change what the object inherits.
      if (key !== '__proto__') object[key] = value
      else
        Object.defineProperty(object, key, {
          value,
          configurable: true,
          enumerable: true,
          writable: true,
        })
    }
    return object
  }

  #map(depth: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>()
    for (let left = this.#length(); left > 0; left--) {
      const key = this.value(depth + 1)
      map.set(key, this.value(depth + 1))
    }
    return map
  }

  #view(): ArrayBufferView {
    const kind = this.#reader.u8()
    const View = VIEWS[kind]
    const bytes = this.#reader.bytes(this.#reader.remaining)
    if (View === undefined || bytes.length % (View.BYTES_PER_ELEMENT ?? 1) !== 0) {
      throw new WireError('WIRE_MALFORMED', `no view ${kind} of ${bytes.length} bytes`)
    }
    return new View(copy(bytes))
  }
}

function copy(bytes: Uint8Array): ArrayBuffer {
  const own = new Uint8Array(bytes.length)
  own.set(bytes)
  return own.buffer
}

function toBigint(text: string): bigint {
  if (!/^(0|-?[1-9]\d*)$/.test(text)) throw new WireError('WIRE_MALFORMED', 'no bigint')
  return BigInt(text)
}
