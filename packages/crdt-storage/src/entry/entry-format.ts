import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import { remembering } from '../remembering.ts'
import { actOf, type Content, KINDS, readContent, writeContent } from './content.ts'
import type { Entry, Place } from './entry.ts'
import { ID_BYTES, MAX_ACL_BYTES, MAX_ENTRY_BYTES, MAX_NAMED } from './limits.ts'

const VERSION = 1
const ID_LABEL = utf8ToBytes('pigeon/entry/1')
const SIGNATURE_LABEL = utf8ToBytes('pigeon/entry-sig/1')
const NO_SPACE = new Uint8Array(ID_BYTES)

/** Entries that follow each other have them in common. */
const spaceBytes = remembering(hexToBytes)
const authorBytes = remembering(hexToBytes)
const viaBytes = remembering(hexToBytes)

/** What an entry names besides its place. */
export interface Names {
  readonly acl: readonly string[]
  readonly deps: readonly string[]
}

/** The bytes an author signs for an entry. */
export function signedBytes(id: string): Uint8Array {
  return concatBytes(SIGNATURE_LABEL, hexToBytes(id))
}

/** Kind and names: what is hashed and bound to sealed content, without the content. */
export function encodeHead(kind: Content['kind'], { acl, deps }: Names): Uint8Array {
  const writer = new ByteWriter(64 + 32 * (acl.length + deps.length)).u8(KINDS.indexOf(kind))
  for (const names of [acl, deps]) {
    writer.varuint(names.length)
    for (const name of names) writer.raw(hexToBytes(name))
  }
  return writer.finish()
}

/** The place of an entry, as it is hashed. */
export function encodePlace({ author, via, seq, prev }: Place): Uint8Array {
  const writer = new ByteWriter(160).u8(VERSION).raw(authorBytes(author))
  writer.u8(via === undefined ? 0 : 1)
  if (via !== undefined) writer.raw(viaBytes(via))
  writer.varuint(seq)
  if (prev !== undefined) writer.raw(hexToBytes(prev))
  return writer.finish()
}

/** Reads what {@link encodePlace} wrote. */
export function readPlace(reader: ByteReader): Place {
  const version = reader.u8()
  if (version !== VERSION) throw new WireError('WIRE_MALFORMED', `version ${version}`)
  const author = bytesToHex(reader.raw(32))
  const form = reader.u8()
  if (form > 1) throw new WireError('WIRE_MALFORMED', `form ${form}`)
  const via = form === 1 ? bytesToHex(reader.raw(ID_BYTES)) : undefined
  const seq = reader.varuint()
  return { author, via, seq, prev: seq > 0 ? bytesToHex(reader.raw(ID_BYTES)) : undefined }
}

/** What is behind the place. */
export function encodeRest(names: Names, content: Content): Uint8Array {
  const writer = new ByteWriter(256).raw(encodeHead(content.kind, names))
  writeContent(writer, content)
  return writer.finish()
}

/**
 * Reads an entry.
 * @param space the id of its space; none for a genesis
 * @throws WireError if it is none
 */
export function readEntry(
  space: string | undefined,
  place: Place,
  rest: Uint8Array,
  signature: Uint8Array | undefined,
  isStub = false,
): Entry {
  const isAcl = (rest[0] ?? 0) < KINDS.indexOf('data')
  const max = isAcl ? MAX_ACL_BYTES : MAX_ENTRY_BYTES
  if (rest.length > max) throw new WireError('WIRE_LIMIT', `${rest.length} bytes`)
  const reader = new ByteReader(rest)
  const kind = KINDS[reader.u8()]
  if (kind === undefined) throw new WireError('WIRE_MALFORMED', 'no such kind')
  const acl = readNames(reader)
  const deps = readNames(reader)
  const headBytes = rest.length - reader.remaining
  const before = encodePlace(place)
  const content: Content = isStub ? readStub(kind, reader) : readContent(kind, reader)
  const isGenesis = kind === 'genesis'
  if (isGenesis !== (space === undefined)) throw new WireError('WIRE_MALFORMED', 'not its space')
  const hash = sha256.create().update(ID_LABEL)
  hash.update(space === undefined ? NO_SPACE : spaceBytes(space)).update(before)
  // Of data only the hash: who drops the body can still show what was signed.
  if ('body' in content && content.body !== undefined) {
    hash.update(rest.subarray(0, headBytes)).update(sha256(content.body))
  } else hash.update(rest)
  const id = bytesToHex(hash.digest())
  const { author, seq, prev } = place
  const via = isGenesis ? id : (place.via ?? (space as string))
  const statement = { id, author, via, seq, prev, acl, deps, act: actOf(content) }
  return { ...statement, content, rest, place: before, headBytes, isStub, signature }
}

/** An entry without its body, under the same id and signature. */
export function stubOf(entry: Entry): Entry {
  const { content, rest, headBytes } = entry
  if (!('body' in content) || content.body === undefined) return entry
  const stub = concatBytes(rest.subarray(0, headBytes), sha256(content.body))
  return { ...entry, rest: stub, content: { ...content, body: undefined }, isStub: true }
}

function readStub(kind: Content['kind'], reader: ByteReader): Content {
  if (kind !== 'data' && kind !== 'snapshot') throw new WireError('WIRE_MALFORMED', 'no stub')
  reader.raw(ID_BYTES)
  reader.end()
  return { kind, body: undefined }
}

function readNames(reader: ByteReader): string[] {
  const count = reader.varuint(MAX_NAMED)
  const names = Array.from({ length: count }, () => bytesToHex(reader.raw(ID_BYTES)))
  if (count > 1 && new Set(names).size < count)
    throw new WireError('WIRE_MALFORMED', 'a name twice')
  return names
}
