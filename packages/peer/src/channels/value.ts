/**
 * What a channel, a call or an answer may hold: what JSON can say and, as `structuredClone` keeps
 * them, `undefined`, `bigint`, `Date`, `Map`, `Set`, `ArrayBuffer` and every typed array.
 */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Date
  | ArrayBuffer
  | ArrayBufferView
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | ReadonlySet<Value>
  | { readonly [key: string]: Value }

/** Values inside of each other, at most. */
export const MAX_DEPTH = 64

/** Values in one message, counting each element and each key; more would fill memory. */
export const MAX_VALUES: number = 2 ** 20

/** First byte of each value. Part of the wire format: numbers never change their meaning. */
export const Kind = {
  null: 0,
  undefined: 1,
  false: 2,
  true: 3,
  /** A `varuint`. */
  whole: 4,
  /** A `varuint` n for -1 - n. */
  negative: 5,
  /** Eight bytes, IEEE 754, big-endian. */
  float: 6,
  /** Decimal text. */
  bigint: 7,
  text: 8,
  /** Milliseconds since 1970 as `float`. */
  date: 9,
  /** A `varuint` count, then values. */
  array: 10,
  /** A `varuint` count, then text and value in turns. */
  object: 11,
  /** A `varuint` count, then key and value in turns. */
  map: 12,
  set: 13,
  /** Bytes. */
  buffer: 14,
  /** An index into {@link VIEWS}, then bytes, little-endian. */
  view: 15,
} as const

interface ViewConstructor {
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): ArrayBufferView
  /** Missing where an element is a byte. */
  readonly BYTES_PER_ELEMENT?: number
}

/** Views by their number on the wire. */
export const VIEWS: readonly ViewConstructor[] = [
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
]
