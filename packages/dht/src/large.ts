import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import { MAX_VALUE_BYTES } from './record.ts'

/** Hashes in one value that lists parts. */
const FAN_OUT = Math.floor((MAX_VALUE_BYTES - 16) / 32)

/** Parts that are put or fetched at once. */
const AT_ONCE = 8

/** The largest value in parts, bytes. */
export const MAX_LARGE_BYTES: number = 16 * 1024 * 1024

const LIST = 0x4c

/**
 * Puts bytes of any size up to {@link MAX_LARGE_BYTES} as immutable values of 8 KiB: a tree whose
 * inner values are `0x4c, level u8, size varuint, hashes 32 each`.
 * @param put puts one immutable value, and returns its SHA-256
 * @returns the SHA-256 of the root
 * @throws RangeError if there are too many bytes
 * @see Merkle 1987
 */
export async function putLarge(
  bytes: Uint8Array,
  put: (value: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (bytes.length > MAX_LARGE_BYTES) {
    throw new RangeError(`at most ${MAX_LARGE_BYTES} bytes, got ${bytes.length}`)
  }
  const parts = Array.from({ length: Math.ceil(bytes.length / MAX_VALUE_BYTES) }, (_, at) =>
    bytes.subarray(at * MAX_VALUE_BYTES, (at + 1) * MAX_VALUE_BYTES),
  )
  let hashes = await all(parts, put)
  for (let level = 1; ; level++) {
    const lists: Uint8Array[] = []
    for (let from = 0; from < Math.max(1, hashes.length); from += FAN_OUT) {
      const writer = new ByteWriter(MAX_VALUE_BYTES).u8(LIST).u8(level).varuint(bytes.length)
      for (const hash of hashes.slice(from, from + FAN_OUT)) writer.raw(hash)
      lists.push(writer.finish())
    }
    hashes = await all(lists, put)
    if (hashes.length === 1) return hashes[0] as Uint8Array
  }
}

/**
 * Gets what {@link putLarge} put.
 * @param get gets one immutable value by its SHA-256; undefined if it is not there
 * @returns undefined if a part is not there
 * @throws WireError if the root is not one of {@link putLarge}, or says it is too large
 */
export async function getLarge(
  root: Uint8Array,
  get: (hash: Uint8Array) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array | undefined> {
  const value = await get(root)
  if (value === undefined) return undefined
  let { level, size, hashes } = readList(value)
  const most = Math.ceil(size / MAX_VALUE_BYTES)
  for (; level >= 1; level--) {
    if (hashes.length > most) throw new WireError('WIRE_LIMIT', 'more parts than bytes')
    const values = await all(hashes, get)
    if (values.includes(undefined)) return undefined
    if (level === 1) return joined(values as Uint8Array[], size)
    const lists = (values as Uint8Array[]).map(readList)
    if (lists.some((list) => list.level !== level - 1)) {
      throw new WireError('WIRE_MALFORMED', 'a part is on another level')
    }
    hashes = lists.flatMap((list) => list.hashes)
  }
  throw new WireError('WIRE_MALFORMED', 'no list of parts')
}

function readList(value: Uint8Array): { level: number; size: number; hashes: Uint8Array[] } {
  const reader = new ByteReader(value)
  if (reader.u8() !== LIST) throw new WireError('WIRE_MALFORMED', 'no list of parts')
  const [level, size] = [reader.u8(), reader.varuint(MAX_LARGE_BYTES)]
  if (level < 1 || level > 3) throw new WireError('WIRE_LIMIT', `no level ${level}`)
  return {
    level,
    size,
    hashes: Array.from({ length: reader.remaining / 32 }, () => reader.raw(32)),
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    if (at + part.length > size)
      throw new WireError('WIRE_MALFORMED', 'parts are longer than they say')
    whole.set(part, at)
    at += part.length
  }
  if (at < size) throw new WireError('WIRE_TRUNCATED', 'parts are shorter than they say')
  return whole
}

async function all<A, B>(items: readonly A[], run: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = []
  for (let from = 0; from < items.length; from += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(run))))
  }
  return results
}
