import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Address, addressBytes, PLACES, readAddress, type Sha256 } from './address.ts'
import { nameBytes, nameOf } from './frames.ts'
import { type Proof, type Proofs, writeProof } from './proofs.ts'

/** Leases in one frame. */
export const MAX_LEASES_SENT = 32

/** Records in one offer. */
export const MAX_OFFERED = 64

/** Bytes of a digest in an offer. */
export const STAMP_BYTES = 8

/** Asks one replica; a record of the number `have` need not be sent. */
export interface AskBody {
  readonly name: string
  readonly address: Address
  /** -1 for none. */
  readonly have: number
}

/** A record to be kept at a place, by whoever signs. */
export interface PutBody {
  /** 16 random bytes. */
  readonly name: string
  readonly time: number
  readonly place: number
  /** The number that must stand there, 0 for none; undefined if it does not matter. */
  readonly expected: number | undefined
  readonly proof: Proof
  readonly record: Uint8Array
}

/** A record for another replica. */
export interface StoreBody {
  readonly name: string
  readonly origin: PeerId
  readonly place: number
  readonly record: Uint8Array
}

/** What a subscriber signs: it wants to hear of a record. Its id is that of the proof. */
export interface Lease {
  readonly address: Address
  /** When it was signed, ms since 1970. */
  readonly time: number
  readonly proof: Proof
}

/** One record of an offer. */
export interface Offer {
  readonly address: Address
  readonly place: number
  readonly seq: number
  readonly stamp: Uint8Array
}

const place = (reader: ByteReader): number => reader.varuint(PLACES - 1)

/** A whole number that may be missing is sent plus one. */
const optional = (reader: ByteReader): number => reader.varuint() - 1

export function encodeAsk({ name, address, have }: AskBody): Uint8Array {
  return new ByteWriter()
    .raw(nameBytes(name))
    .raw(addressBytes(address))
    .varuint(have + 1)
    .finish()
}

/** @throws WireError */
export function decodeAsk(body: Uint8Array): AskBody {
  const reader = new ByteReader(body)
  const ask = { name: nameOf(reader.raw(16)), address: readAddress(reader), have: optional(reader) }
  reader.end()
  return ask
}

/** What the origin of a put signs: `name 16, time u64, SHA-256 of the record`. */
export function putBytes(
  { name, time, record }: Pick<PutBody, 'name' | 'time' | 'record'>,
  sha256: Sha256,
): Uint8Array {
  return new ByteWriter().raw(nameBytes(name)).u64(time).raw(sha256(record)).finish()
}

export function encodePut({ name, time, place: at, expected, proof, record }: PutBody): Uint8Array {
  const writer = new ByteWriter(record.length + 160)
    .raw(nameBytes(name))
    .u64(time)
    .varuint(at)
    .varuint((expected ?? -1) + 1)
  return writeProof(writer, proof).raw(record).finish()
}

/** @throws WireError */
export function decodePut(body: Uint8Array, proofs: Proofs): PutBody {
  const reader = new ByteReader(body)
  const [name, time, at, expected] = [
    nameOf(reader.raw(16)),
    reader.u64(),
    place(reader),
    optional(reader),
  ]
  const proof = proofs.read(reader)
  const record = reader.rest()
  return { name, time, place: at, expected: expected < 0 ? undefined : expected, proof, record }
}

export function encodeStore({ name, origin, place: at, record }: StoreBody): Uint8Array {
  return new ByteWriter(record.length + 64)
    .raw(nameBytes(name))
    .id(origin)
    .varuint(at)
    .raw(record)
    .finish()
}

/** @throws WireError */
export function decodeStore(body: Uint8Array): StoreBody {
  const reader = new ByteReader(body)
  const [name, origin, at] = [nameOf(reader.raw(16)), reader.id(), place(reader)]
  return { name, origin, place: at, record: reader.rest() }
}

/** What a subscriber signs: `address 33, time u64`. */
export function leaseBytes({ address, time }: Pick<Lease, 'address' | 'time'>): Uint8Array {
  return new ByteWriter().raw(addressBytes(address)).u64(time).finish()
}

function writeLease(writer: ByteWriter, { address, time, proof }: Lease): ByteWriter {
  return writeProof(writer.raw(addressBytes(address)).u64(time), proof)
}

function readLease(reader: ByteReader, proofs: Proofs): Lease {
  return { address: readAddress(reader), time: reader.u64(), proof: proofs.read(reader) }
}

/** @param have the number of the record that the subscriber has, -1 for none */
export function encodeSubscribe(lease: Lease, at: number, have: number): Uint8Array {
  return writeLease(new ByteWriter().varuint(at).varuint(have + 1), lease).finish()
}

/** @throws WireError */
export function decodeSubscribe(
  body: Uint8Array,
  proofs: Proofs,
): { place: number; have: number; lease: Lease } {
  const reader = new ByteReader(body)
  const read = { place: place(reader), have: optional(reader), lease: readLease(reader, proofs) }
  reader.end()
  return read
}

export function encodeLeases(leases: readonly Lease[], at: number): Uint8Array {
  const writer = new ByteWriter().varuint(at).varuint(leases.length)
  for (const lease of leases) writeLease(writer, lease)
  return writer.finish()
}

/** @throws WireError */
export function decodeLeases(body: Uint8Array, proofs: Proofs): { place: number; leases: Lease[] } {
  const reader = new ByteReader(body)
  const at = place(reader)
  const leases = Array.from({ length: reader.varuint(MAX_LEASES_SENT) }, () =>
    readLease(reader, proofs),
  )
  reader.end()
  return { place: at, leases }
}

export function encodeOffers(offers: readonly Offer[]): Uint8Array {
  const writer = new ByteWriter().varuint(offers.length)
  for (const { address, place: at, seq, stamp } of offers) {
    writer.raw(addressBytes(address)).varuint(at).varuint(seq).raw(stamp)
  }
  return writer.finish()
}

/** @throws WireError */
export function decodeOffers(body: Uint8Array): Offer[] {
  const reader = new ByteReader(body)
  const offers = Array.from({ length: reader.varuint(MAX_OFFERED) }, () => ({
    address: readAddress(reader),
    place: place(reader),
    seq: reader.varuint(),
    stamp: reader.raw(STAMP_BYTES),
  }))
  reader.end()
  return offers
}
