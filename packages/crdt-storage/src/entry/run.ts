import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { Entry } from './entry.ts'
import { readEntry, readPlace } from './entry-format.ts'
import { MAX_ACL_BYTES, MAX_RUN_BYTES } from './limits.ts'

const SIGNATURE_BYTES = 64

/**
 * Writes entries of one chain that follow each other. The last one must be signed: since each
 * names the one before by its hash, that signature stands for all.
 * @param keep which other signatures go along; default none
 */
export function encodeRun(
  entries: readonly Entry[],
  keep: (entry: Entry) => boolean = () => false,
): Uint8Array {
  if (entries.at(-1)?.signature === undefined) {
    throw new RangeError('the last entry of a run is signed')
  }
  const last = entries.at(-1)
  return encode(entries, (entry) => entry === last || keep(entry))
}

/** Writes entries as a run with all their signatures, for this machine alone. */
export function encodeRow(entries: readonly Entry[]): Uint8Array {
  return encode(entries, () => true)
}

function encode(entries: readonly Entry[], keep: (entry: Entry) => boolean): Uint8Array {
  const [first] = entries
  if (first === undefined) throw new RangeError('no entries')
  const writer = new ByteWriter(1024).raw(first.place)
  for (const entry of entries) {
    const signature = keep(entry) ? entry.signature : undefined
    const flags = (signature === undefined ? 0 : 1) + (entry.isStub ? 2 : 0)
    writer.varuint(entry.rest.length * 4 + flags).raw(entry.rest)
    if (signature !== undefined) writer.raw(signature)
  }
  return writer.finish()
}

/**
 * Reads a run, without checking its signatures.
 * @param space the id of its space, none for the run of a genesis
 * @throws WireError if it is none
 */
export function readRun(space: string | undefined, bytes: Uint8Array): Entry[] {
  const entries = readRow(space, bytes)
  if (entries.at(-1)?.signature === undefined) {
    throw new WireError('WIRE_MALFORMED', 'the end of the run is not signed')
  }
  return entries
}

/** Reads what {@link encodeRow} wrote. @throws WireError if it is none */
export function readRow(space: string | undefined, bytes: Uint8Array): Entry[] {
  if (bytes.length > MAX_RUN_BYTES) throw new WireError('WIRE_LIMIT', `run of ${bytes.length}`)
  const reader = new ByteReader(bytes)
  const entries: Entry[] = []
  let place = readPlace(reader)
  while (reader.remaining > 0) {
    const form = reader.varuint(MAX_ACL_BYTES * 4 + 3)
    const rest = reader.raw(form >>> 2)
    const signature = (form & 1) === 1 ? reader.raw(SIGNATURE_BYTES) : undefined
    const entry = readEntry(space, place, rest, signature, (form & 2) === 2)
    entries.push(entry)
    place = { author: place.author, via: place.via, seq: entry.seq + 1, prev: entry.id }
  }
  return entries
}
