import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import { type PeerId, peerIdFromBytes } from '@pigeon/xor'
import { hexOf, hexToBytes } from './hex.ts'

/** SHA-256 of bytes: 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** What a record is, which says who may write it; the byte stands in addresses and on the wire. */
export const RecordKind = { immutable: 1, signed: 2, public: 3 } as const

/** The byte of a {@link RecordKind}. */
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind]

/** What a record is stored under: 66 hex characters, its kind and a full SHA-256. */
export type Address = string & { readonly __brand: 'Address' }

/** Bytes of an address. */
const ADDRESS_BYTES = 33

/** Bytes of the salt that tells apart the records of one key. */
export const MAX_SALT_BYTES = 64

/** UTF-8 bytes of the name of a public record. */
export const MAX_NAME_BYTES = 128

/** Places on the ring at which each record lives: its own, and two salted ones. */
export const PLACES = 3

/** What a record is named by. */
export type Target =
  /** A value by its SHA-256, 32 bytes. */
  | { readonly kind: 'immutable'; readonly hash: Uint8Array }
  /** What the holder of an Ed25519 key, 32 bytes, says under a salt of at most 64 bytes. */
  | { readonly kind: 'signed'; readonly key: Uint8Array; readonly salt?: Uint8Array }
  /** What anybody wrote last under a name of 1 to 128 bytes of UTF-8. */
  | { readonly kind: 'public'; readonly name: string }

/**
 * The address of a record.
 * @throws RangeError if a hash, key, salt or name is too long or too short
 */
export function addressOf(target: Target, sha256: Sha256): Address {
  if (target.kind === 'immutable') {
    return address(RecordKind.immutable, sized('a hash', target.hash, 32, 32))
  }
  if (target.kind === 'public') return address(RecordKind.public, sha256(publicName(target.name)))
  const salt = sized('a salt', target.salt ?? new Uint8Array(0), 0, MAX_SALT_BYTES)
  const key = sized('a key', target.key, 32, 32)
  const named = new ByteWriter().text('pigeon/dht/signed').raw(key).raw(salt).finish()
  return address(RecordKind.signed, sha256(named))
}

function publicName(name: string): Uint8Array {
  const bytes = new ByteWriter().text('pigeon/dht/public').text(name).finish()
  const length = new ByteReader(bytes.subarray(18)).varuint()
  if (length > 0 && length <= MAX_NAME_BYTES) return bytes
  throw new RangeError(`a name has 1 to ${MAX_NAME_BYTES} bytes of UTF-8, got ${length}`)
}

/** The address that a kind and a hash make. */
export function address(kind: RecordKind, hash: Uint8Array): Address {
  return `0${kind}${hexOf(hash)}` as Address
}

/** The kind that an address names. */
export function kindOf(of: Address): RecordKind {
  return Number(of[1]) as RecordKind
}

/** The bytes of an address. */
export function addressBytes(of: Address): Uint8Array {
  return hexToBytes(of)
}

/** Reads an address. @throws WireError if it is none */
export function readAddress(reader: ByteReader): Address {
  const bytes = reader.raw(ADDRESS_BYTES)
  const kind = bytes[0] as number
  if (kind < 1 || kind > 3) throw new WireError('WIRE_MALFORMED', `no kind of record ${kind}`)
  return hexOf(bytes) as Address
}

/**
 * Where on the ring a record lives.
 * @param index 0: where its hash lies; 1 and 2: elsewhere, where who sits next to it has no say
 */
export function placeOf(of: Address, index: number, sha256: Sha256): PeerId {
  if (index === 0) return of.slice(2, 42) as PeerId
  const named = new ByteWriter().text('pigeon/dht/').u8(index).raw(addressBytes(of)).finish()
  return peerIdFromBytes(sha256(named).subarray(0, 20))
}

function sized(what: string, bytes: Uint8Array, min: number, max: number): Uint8Array {
  if (bytes.length >= min && bytes.length <= max) return bytes
  const range = min === max ? `${min}` : `${min} to ${max}`
  throw new RangeError(`${what} has ${range} bytes, got ${bytes.length}`)
}
