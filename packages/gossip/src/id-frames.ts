import { type ByteReader, ByteWriter } from '@pigeon/transport'
import { type Entry, KEY_BYTES, textOf } from './entry.ts'
import { Kind } from './kind.ts'

/** Messages one frame may name: 16 KiB. */
export const MAX_IDS = 960

/** What an announcement says beside names, one bit each. */
export const News = {
  /** The messages will not come by themselves: ask at once. */
  urgent: 1,
  /** There are more than one frame holds. */
  more: 2,
} as const

/** @param entries at most {@link MAX_IDS} */
export function encodeIhave(entries: readonly Entry[], flags: number): Uint8Array {
  const frame = new Uint8Array(2 + entries.length * (KEY_BYTES + 1))
  frame[0] = Kind.ihave
  frame[1] = flags
  let at = 2
  for (const { key, hops } of entries) {
    for (let index = 0; index < KEY_BYTES; index++) frame[at++] = key.charCodeAt(index)
    frame[at++] = hops
  }
  return frame
}

/** A message as a neighbour names it. */
export interface Named {
  readonly key: string
  /** Links it passed to come there. */
  readonly hops: number
}

/** @throws WireError if what follows the kind is no announcement of this version */
export function decodeIhave(reader: ByteReader): { flags: number; named: Named[] } {
  const flags = reader.u8()
  const named: Named[] = []
  while (reader.remaining > 0 && named.length < MAX_IDS) {
    named.push({ key: textOf(reader.raw(KEY_BYTES)), hops: reader.u8() })
  }
  reader.end()
  return { flags, named }
}

/** @param keys at most {@link MAX_IDS} */
export function encodePull(keys: readonly string[]): Uint8Array {
  const writer = new ByteWriter(1 + keys.length * KEY_BYTES).u8(Kind.pull)
  for (const key of keys) writeKey(writer, key)
  return writer.finish()
}

/** @throws WireError if what follows the kind is no list of messages */
export function decodePull(reader: ByteReader): string[] {
  const keys: string[] = []
  while (reader.remaining > 0 && keys.length < MAX_IDS) keys.push(textOf(reader.raw(KEY_BYTES)))
  reader.end()
  return keys
}

export function writeKey(writer: ByteWriter, key: string): ByteWriter {
  for (let index = 0; index < KEY_BYTES; index++) writer.u8(key.charCodeAt(index))
  return writer
}
