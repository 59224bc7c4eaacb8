import { type ByteReader, ByteWriter } from '@pigeon/transport'
import { type Entry, KEY_BYTES } from './entry.ts'
import { Kind } from './kind.ts'

/** Messages one frame may name: 16 KiB. */
export const MAX_IDS = 960

const IS_URGENT = 1
const HAS_MORE = 2

/** How messages are announced. */
export interface Announcement {
  /** They will not come by themselves: ask at once. */
  readonly urgent?: boolean
  /** There are more than one frame holds. */
  readonly more?: boolean
}

/** At most {@link MAX_IDS} of the entries. */
export function encodeIhave(entries: readonly Entry[], { urgent, more }: Announcement): Uint8Array {
  const named = entries.slice(0, MAX_IDS)
  const writer = new ByteWriter(2 + named.length * (KEY_BYTES + 1))
    .u8(Kind.ihave)
    .u8((urgent ? IS_URGENT : 0) | (more ? HAS_MORE : 0))
  for (const { digest, hops } of named) writer.raw(digest).u8(hops)
  return writer.finish()
}

/** @throws WireError if what follows the kind is no announcement of this version */
export function decodeIhave(
  reader: ByteReader,
): Required<Announcement> & { ids: { digest: Uint8Array; hops: number }[] } {
  const flags = reader.u8()
  const ids: { digest: Uint8Array; hops: number }[] = []
  while (reader.remaining > 0 && ids.length < MAX_IDS) {
    ids.push({ digest: reader.raw(KEY_BYTES), hops: reader.u8() })
  }
  reader.end()
  return { urgent: (flags & IS_URGENT) !== 0, more: (flags & HAS_MORE) !== 0, ids }
}

/** @param digests at most {@link MAX_IDS} */
export function encodePull(digests: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(1 + digests.length * KEY_BYTES).u8(Kind.pull)
  for (const digest of digests) writer.raw(digest)
  return writer.finish()
}

/** @throws WireError if what follows the kind is no list of messages */
export function decodePull(reader: ByteReader): Uint8Array[] {
  const digests: Uint8Array[] = []
  while (reader.remaining > 0 && digests.length < MAX_IDS) digests.push(reader.raw(KEY_BYTES))
  reader.end()
  return digests
}
