import { ByteWriter } from '@pigeon/transport'
import { Kind, MAX_DEPTH, MAX_VALUES, VIEWS } from './value.ts'

/**
 * Writes a value so that {@link decodeValue} gives back an equal one of the same types. Own code,
 * since the small libraries turn typed arrays into plain bytes, and those that keep them are
 * larger than all of this module or compile code from what they read.
 * @throws TypeError for what cannot be sent, such as functions, or nests deeper than 64, as cycles
 * @throws RangeError for more than a million values
 */
export function encodeValue(value: unknown): Uint8Array {
  const encoder = new Encoder()
  encoder.value(value, 0)
  return encoder.writer.finish()
}

class Encoder {
  readonly writer = new ByteWriter(256)
  #count = 0

  value(value: unknown, depth: number): void {
    const { writer } = this
    if (++this.#count > MAX_VALUES) throw new RangeError(`more than ${MAX_VALUES} values`)
    if (depth > MAX_DEPTH) throw new TypeError(`nested deeper than ${MAX_DEPTH}, or in a circle`)
    switch (typeof value) {
      case 'undefined':
        writer.u8(Kind.undefined)
        break
      case 'boolean':
        writer.u8(value ? Kind.true : Kind.false)
        break
      case 'number':
        this.#number(value)
        break
      case 'bigint':
        writer.u8(Kind.bigint).text(String(value))
        break
      case 'string':
        writer.u8(Kind.text).text(value)
        break
      case 'object':
        if (value === null) writer.u8(Kind.null)
        else this.#object(value, depth + 1)
        break
      default:
        throw new TypeError(`a ${typeof value} cannot be sent`)
    }
  }

  #number(value: number): void {
    const { writer } = this
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) writer.u8(Kind.float).raw(f64(value))
    else if (value >= 0) writer.u8(Kind.whole).varuint(value)
    else writer.u8(Kind.negative).varuint(-1 - value)
  }

  #object(value: object, depth: number): void {
    const { writer } = this
    if (ArrayBuffer.isView(value)) this.#view(value)
    else if (value instanceof ArrayBuffer) writer.u8(Kind.buffer).bytes(new Uint8Array(value))
    else if (value instanceof Date) writer.u8(Kind.date).raw(f64(value.getTime()))
    else if (Array.isArray(value)) this.#all(Kind.array, value.length, value, depth)
    else if (value instanceof Set) this.#all(Kind.set, value.size, value, depth)
    else if (value instanceof Map) this.#all(Kind.map, value.size, flat(value), depth)
    else this.#plain(value, depth)
  }

  #all(kind: number, count: number, values: Iterable<unknown>, depth: number): void {
    this.writer.u8(kind).varuint(count)
    for (const value of values) this.value(value, depth)
  }

  #plain(value: object, depth: number): void {
    const tag = Object.prototype.toString.call(value)
    if (tag !== '[object Object]') throw new TypeError(`${tag} cannot be sent`)
    const entries = Object.entries(value)
    this.#count += entries.length
    this.writer.u8(Kind.object).varuint(entries.length)
    for (const [key, one] of entries) {
      this.writer.text(key)
      this.value(one, depth)
    }
  }

  #view(view: ArrayBufferView): void {
    // A Buffer of Node is a Uint8Array.
    const kind = VIEWS.findIndex((View) => view instanceof View)
    if (kind < 0) throw new TypeError(`a ${view.constructor.name} cannot be sent`)
    const { buffer, byteOffset, byteLength } = view
    this.writer
      .u8(Kind.view)
      .u8(kind)
      .bytes(new Uint8Array(buffer, byteOffset, byteLength))
  }
}

function* flat(map: ReadonlyMap<unknown, unknown>): Iterable<unknown> {
  for (const entry of map) yield* entry
}

function f64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return bytes
}
