import { type ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { Entry } from './entry.ts'
import { Kind } from './kind.ts'

/** Messages are sorted into so many buckets by their first byte. */
export const BUCKETS = 256

/** What a peer has of a stretch of time: one hash for each bucket of messages. */
export interface Digest {
  /** Whether the sender knows already what the receiver has. */
  readonly answer: boolean
  /** The stretch, by when messages were sent, ms since 1970. */
  readonly from: number
  readonly to: number
  /** 0 for an empty bucket. */
  readonly hashes: Uint32Array
}

/** Sums up the entries sent from `from` up to but not at `to`. */
export function digestOf(entries: Iterable<Entry>, from: number, to: number): Uint32Array {
  const hashes = new Uint32Array(BUCKETS)
  for (const { digest, timestamp } of entries) {
    if (timestamp < from || timestamp >= to) continue
    const [bucket = 0, a = 0, b = 0, c = 0, d = 0] = digest
    hashes[bucket] = (hashes[bucket] as number) ^ ((a << 24) | (b << 16) | (c << 8) | d)
  }
  return hashes
}

export function encodeDigest({ answer, from, to, hashes }: Digest): Uint8Array {
  const writer = new ByteWriter(64)
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
  const hashes = new Uint32Array(BUCKETS)
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (((present[bucket >> 3] as number) >> (bucket & 7)) & 1) hashes[bucket] = reader.u32()
  }
  reader.end()
  return { answer: answer === 1, from, to, hashes }
}
