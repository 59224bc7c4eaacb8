import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { Node } from '../authority/node.ts'
import { emptyState, type State } from '../fold/state.ts'

const VERSION = 1
const TEXT_BYTES = 512
const BYTES = 64 * 1024 * 1024

/** The bytes of a state, equal for equal states. */
export function encodeState(state: State): Uint8Array {
  const writer = new ByteWriter(64 * 1024).u8(VERSION)
  inSorted(writer, state.values, ({ node, bytes }) => {
    writer.raw(hexToBytes(node.statement.id)).u8(bytes === undefined ? 0 : 1)
    if (bytes !== undefined) writer.bytes(bytes)
  })
  inSorted(writer, state.sets, (elements) => {
    inSorted(writer, elements, (tags) => {
      writer.varuint(tags.size)
      for (const tag of [...tags].sort()) writer.text(tag)
    })
  })
  inSorted(writer, state.counters, (value) => writer.text(value.toString()))
  inSorted(writer, state.updates, (updates) => writePieces(writer, updates))
  inSorted(writer, state.spans, (next) => writer.varuint(next))
  for (const open of [state.openValues, state.openUpdates]) {
    inSorted(writer, open, (pieces) => writePieces(writer, pieces))
  }
  return writer.finish()
}

/**
 * Reads what {@link encodeState} wrote.
 * @param find the entry of an id
 * @throws WireError, RangeError if it is none
 */
export function readState(bytes: Uint8Array, find: (id: string) => Node | undefined): State {
  const reader = new ByteReader(bytes)
  if (reader.u8() !== VERSION) throw new RangeError('another version')
  const state = emptyState()
  readSorted(reader, state.values, () => {
    const node = find(bytesToHex(reader.raw(32)))
    if (node === undefined) throw new RangeError('a value of an unknown entry')
    return { node, bytes: reader.u8() === 0 ? undefined : reader.bytes(BYTES) }
  })
  readSorted(reader, state.sets, () => {
    const elements = new Map<string, Set<string>>()
    readSorted(reader, elements, () => {
      return new Set(Array.from({ length: count(reader) }, () => reader.text(TEXT_BYTES)))
    })
    return elements
  })
  readSorted(reader, state.counters, () => BigInt(reader.text(TEXT_BYTES)))
  readSorted(reader, state.updates, () => readPieces(reader))
  readSorted(reader, state.spans, () => reader.varuint())
  readSorted(reader, state.openValues, () => readPieces(reader))
  readSorted(reader, state.openUpdates, () => readPieces(reader))
  reader.end()
  return state
}

function inSorted<V>(
  writer: ByteWriter,
  map: ReadonlyMap<string, V>,
  write: (value: V) => unknown,
): void {
  writer.varuint(map.size)
  for (const name of [...map.keys()].sort()) {
    writer.text(name)
    write(map.get(name) as V)
  }
}

function readSorted<V>(reader: ByteReader, map: Map<string, V>, read: () => V): void {
  for (let left = count(reader); left > 0; left--) {
    // An element of a set may be as long as a body, in hex.
    const name = reader.text(2 * 64 * 1024)
    map.set(name, read())
  }
}

function writePieces(writer: ByteWriter, pieces: readonly Uint8Array[]): void {
  writer.varuint(pieces.length)
  for (const piece of pieces) writer.bytes(piece)
}

function readPieces(reader: ByteReader): Uint8Array[] {
  return Array.from({ length: count(reader) }, () => reader.bytes(BYTES))
}

/** No more things than there are bytes. */
function count(reader: ByteReader): number {
  return reader.varuint(reader.remaining)
}
