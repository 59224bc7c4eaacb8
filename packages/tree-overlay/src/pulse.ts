import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { readIds, writeIds } from './id-lists.ts'
import { Kind } from './kind.ts'

/** Bytes of a root's signature. */
const MAX_PROOF_BYTES = 512

/** Children, and siblings, that a pulse names. */
export const MAX_KIN = 5
export const MAX_AUNTS = 4

/** What a parent tells its children again and again. */
export interface Pulse {
  /** Whether this is the root's word passed on; otherwise the sender just lives. */
  readonly rooted: boolean
  readonly term: number
  /** Of this term, one more each time. */
  readonly seq: number
  readonly root: PeerId
  readonly proof: Uint8Array
  /** Of the sender's own place. */
  readonly generation: number
  /** From the root to the sender, both included. */
  readonly path: readonly PeerId[]
  /** Some of the sender's children. */
  readonly kin: readonly PeerId[]
  /** Some of the sender's siblings. */
  readonly aunts: readonly PeerId[]
}

export function encodePulse(pulse: Pulse): Uint8Array {
  const { rooted, term, seq, root, proof, generation, path, kin, aunts } = pulse
  const writer = new ByteWriter(64 + proof.length + 20 * path.length)
    .u8(Kind.pulse)
    .u8(rooted ? 1 : 0)
    .u32(term)
    .u32(seq)
    .id(root)
    .bytes(proof)
    .varuint(generation)
  return writeIds(writeIds(writeIds(writer, path), kin), aunts).finish()
}

/** @throws WireError */
export function decodePulse(bytes: Uint8Array): Pulse {
  const reader = new ByteReader(bytes)
  reader.u8()
  const rooted = reader.u8() === 1
  const term = reader.u32()
  const seq = reader.u32()
  const root = reader.id()
  const proof = reader.bytes(MAX_PROOF_BYTES)
  const generation = reader.varuint()
  const path = readIds(reader)
  const kin = readIds(reader)
  const aunts = readIds(reader)
  reader.end()
  return { rooted, term, seq, root, proof, generation, path, kin, aunts }
}

/** What a root signs. */
export function signedPulse({ term, seq, root }: Pick<Pulse, 'term' | 'seq' | 'root'>): Uint8Array {
  return new ByteWriter(48).text('pigeon/tree/1').u32(term).u32(seq).id(root).finish()
}
