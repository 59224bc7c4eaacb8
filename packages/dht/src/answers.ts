import { ByteReader, ByteWriter } from '@pigeon/transport'
import { type Address, addressBytes } from './address.ts'
import type { Verdict } from './errors.ts'
import { nameBytes } from './frames.ts'
import { type Proof, type Proofs, writeProof } from './proofs.ts'
import { MAX_RECORD_BYTES } from './record.ts'

/** Replicas that may speak in one answer. */
const MAX_TESTIMONIES = 8

/** What one replica says of one address. */
export interface Testimony {
  readonly proof: Proof
  /** Whether it holds a record that is not over. */
  readonly holds: boolean
  /** The number of that record, 0 if there is none. */
  readonly seq: number
}

/** What comes back for a question about one address. */
export interface Answer {
  readonly verdict: Verdict
  /** The best record that those who speak have. */
  readonly record: Uint8Array | undefined
  readonly testimonies: readonly Testimony[]
}

/** What a replica signs. @param name of the question: its request, or the 16 bytes that name a put */
export function testimonyBytes(
  name: string,
  of: Address,
  { holds, seq }: Pick<Testimony, 'holds' | 'seq'>,
): Uint8Array {
  return new ByteWriter()
    .raw(nameBytes(name))
    .raw(addressBytes(of))
    .u8(Number(holds))
    .varuint(seq)
    .finish()
}

/** Layout: `verdict u8, record bytes (empty for none), count, { holds u8, seq varuint, proof }`. */
export function encodeAnswer({ verdict, record, testimonies }: Answer): Uint8Array {
  const writer = new ByteWriter(512)
    .u8(verdict)
    .bytes(record ?? new Uint8Array(0))
    .varuint(testimonies.length)
  for (const { proof, holds, seq } of testimonies) {
    writeProof(writer.u8(Number(holds)).varuint(seq), proof)
  }
  return writer.finish()
}

/** @throws WireError */
export function decodeAnswer(bytes: Uint8Array, proofs: Proofs): Answer {
  const reader = new ByteReader(bytes)
  const verdict = reader.u8() as Verdict
  const record = reader.bytes(MAX_RECORD_BYTES)
  const testimonies = Array.from({ length: reader.varuint(MAX_TESTIMONIES) }, () => ({
    holds: reader.u8() === 1,
    seq: reader.varuint(),
    proof: proofs.read(reader),
  }))
  reader.end()
  return { verdict, record: record.length > 0 ? record : undefined, testimonies }
}
