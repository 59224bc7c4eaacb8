import { type ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { Entry } from './entry.ts'
import { Kind } from './kind.ts'

/** Messages are sorted into so many buckets by the first byte of their key. */
const BUCKETS = 256

/** What a peer has of a stretch of time: one hash for each bucket of messages. */
export interface Digest {
  /** Whether the sender does not need the receiver's. */
  readonly answer: boolean
  /** The stretch, by when messages were sent, ms since 1970; the end is not in it. */
  readonly from: number
  readonly to: number
  /** 0 for an empty bucket. */
  readonly hashes: Uint32Array
}

/** The bucket of a message. */
export const bucketOf = ({ key }: Entry): number => key.charCodeAt(0)

/** Whether a message was sent in a stretch of time. */
export function isWithin(
  { timestamp }: Entry,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  return timestamp >= from && timestamp < to
}

/** Sums up the entries of a stretch of time. */
export function hashBuckets(
  entries: Iterable<Entry>,
  stretch: { readonly from: number; readonly to: number },
): Uint32Array {
  const hashes = new Uint32Array(BUCKETS)
  for (const entry of entries) {
    if (!isWithin(entry, stretch)) continue
    let bits = 0
    for (let index = 1; index < 5; index++) bits = (bits << 8) | entry.key.charCodeAt(index)
    const bucket = bucketOf(entry)
    hashes[bucket] = (hashes[bucket] as number) ^ bits
  }
  return hashes
}

export function encodeDigest({ answer, from, to, hashes }: Digest): Uint8Array {
  const writer = new ByteWriter()
    .u8(Kind.digest)
    .u8(answer ? 1 : 0)
    .u64(from)
    .u64(to)
  for (let bucket = 0; bucket < BUCKETS; bucket += 8) {
    let bits = 0
    for (let bit = 0; bit < 8; bit++) if (hashes[bucket + bit] !== 0) bits |= 1 << bit
    writer.u8(bits)
  }
  for (const hash of hashes) if (hash !== 0) writer.u32(hash)
  return writer.finish()
}

/** @throws WireError if what follows the kind is no digest of this version */
export function decodeDigest(reader: ByteReader): Digest {
  const answer = reader.u8()
  if (answer > 1) throw new WireError('WIRE_MALFORMED', 'unknown flags')
  const [from, to] = [reader.u64(), reader.u64()]
  const present = reader.raw(BUCKETS / 8)
  const hashes = Uint32Array.from({ length: BUCKETS }, (_, bucket) =>
    ((present[bucket >> 3] as number) >> (bucket & 7)) & 1 ? reader.u32() : 0,
  )
  reader.end()
  return { answer: answer === 1, from, to, hashes }
}
