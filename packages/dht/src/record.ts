import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import {
  type Address,
  address,
  addressOf,
  MAX_NAME_BYTES,
  MAX_SALT_BYTES,
  RecordKind,
  type Sha256,
} from './address.ts'
import { hexOf } from './hex.ts'

/** The largest value, bytes; `putLarge` cuts larger ones. */
export const MAX_VALUE_BYTES: number = 8 * 1024

/** Bytes that a record adds to its value, at most. */
const MAX_RECORD_OVERHEAD = 320

/** The largest record, bytes. */
export const MAX_RECORD_BYTES: number = MAX_VALUE_BYTES + MAX_RECORD_OVERHEAD

/** What a record says. */
export interface RecordContent {
  readonly kind: RecordKind
  /** Signed: the key that says so, 32 bytes, and the salt. */
  readonly key?: Uint8Array
  readonly salt?: Uint8Array
  /** Public: the name. */
  readonly name?: string
  /** Signed: its number. Public: when it was written, ms since 1970, or one more than the last. Immutable: 0. */
  readonly seq: number
  /** When it ends, ms since 1970. */
  readonly expiresAt: number
  /** Whether it says that there is nothing any more. */
  readonly deleted: boolean
  readonly value: Uint8Array
}

/** A record as it travels. */
export interface DhtRecord extends RecordContent {
  readonly address: Address
  /** Signed: 64 bytes. */
  readonly signature?: Uint8Array
  /** As on the wire. */
  readonly bytes: Uint8Array
}

/**
 * Layout: `kind u8`, signed `key 32, salt bytes` or public `name text`; then `seq varuint, expiry
 * varuint, deleted u8, value bytes`; signed ends with a signature of 64 bytes. Immutable: `kind,
 * expiry varuint, value bytes`.
 */
export function encodeContent(content: RecordContent): Uint8Array {
  const { kind, key, salt, name, seq, expiresAt, deleted, value } = content
  const writer = new ByteWriter(value.length + 160).u8(kind)
  if (kind === RecordKind.immutable) return writer.varuint(expiresAt).bytes(value).finish()
  if (kind === RecordKind.signed) writer.raw(key as Uint8Array).bytes(salt as Uint8Array)
  else writer.text(name as string)
  return writer.varuint(seq).varuint(expiresAt).u8(Number(deleted)).bytes(value).finish()
}

/** What is signed in a record. @param domain the network's name */
export function signedContent(domain: string, content: Uint8Array): Uint8Array {
  return new ByteWriter(content.length + 64)
    .text('pigeon/dht/record/1')
    .text(domain)
    .raw(content)
    .finish()
}

/** Reads a record; whether its signature holds is not checked. @throws WireError */
export function decodeRecord(bytes: Uint8Array, sha256: Sha256): DhtRecord {
  const reader = new ByteReader(bytes)
  const kind = reader.u8()
  if (kind === RecordKind.immutable) {
    const expiresAt = reader.varuint()
    const value = reader.bytes(MAX_VALUE_BYTES)
    reader.end()
    return {
      address: address(kind, sha256(value)),
      kind,
      seq: 0,
      expiresAt,
      deleted: false,
      value,
      bytes,
    }
  }
  if (kind === RecordKind.signed) {
    const key = reader.raw(32)
    const salt = reader.bytes(MAX_SALT_BYTES)
    const said = readSaid(reader)
    const signature = reader.raw(64)
    reader.end()
    const named = addressOf({ kind: 'signed', key, salt }, sha256)
    return { address: named, kind, key, salt, ...said, signature, bytes }
  }
  if (kind !== RecordKind.public) throw new WireError('WIRE_MALFORMED', `no kind of record ${kind}`)
  const name = reader.text(MAX_NAME_BYTES)
  if (name === '') throw new WireError('WIRE_MALFORMED', 'a name is empty')
  const said = readSaid(reader)
  reader.end()
  return { address: addressOf({ kind: 'public', name }, sha256), kind, name, ...said, bytes }
}

function readSaid(
  reader: ByteReader,
): Pick<RecordContent, 'seq' | 'expiresAt' | 'deleted' | 'value'> {
  const seq = reader.varuint()
  const expiresAt = reader.varuint()
  const deleted = reader.u8()
  const value = reader.bytes(MAX_VALUE_BYTES)
  if (deleted > 1 || (deleted === 1 && value.length > 0)) {
    throw new WireError('WIRE_MALFORMED', 'what is deleted has a value')
  }
  return { seq, expiresAt, deleted: deleted === 1, value }
}

/** What decides between records of one number: 64 hex characters over what they say, not until when. */
export function digestOf({ deleted, value }: RecordContent, sha256: Sha256): string {
  return hexOf(sha256(new ByteWriter(value.length + 1).u8(Number(deleted)).raw(value).finish()))
}

/**
 * Which of two records of one address stands: the higher number; of equal ones the larger digest,
 * so that all replicas choose alike; of equal ones the longer life.
 * @returns above 0 for the first, below for the second, 0 if they are the same
 */
export function compareRecords(a: RecordContent, b: RecordContent, sha256: Sha256): number {
  if (a.seq !== b.seq) return a.seq - b.seq
  if (!saysTheSame(a, b)) return digestOf(a, sha256) > digestOf(b, sha256) ? 1 : -1
  return a.expiresAt - b.expiresAt
}

/** Whether two records of one number say the same, perhaps for different times. */
export function saysTheSame(a: RecordContent, b: RecordContent): boolean {
  if (a.deleted !== b.deleted || a.value.length !== b.value.length) return false
  return a.value.every((byte, at) => byte === b.value[at])
}
