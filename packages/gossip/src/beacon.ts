import { type ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Kind } from './kind.ts'
import { MAX_PROOF_BYTES } from './message.ts'

/** The rank of a root that does not know three round trips. */
export const WORST_RANK = 99

/** A beacon names the root; the best one known rules. */
export interface Beacon {
  /** Rises when a root is given up. */
  readonly term: number
  /** How close the root is to its neighbours: the mean delay of its three fastest links, ms, to 99. */
  readonly rank: number
  readonly root: PeerId
  /** Counts the beacons of one root. */
  readonly sequence: number
  readonly proof: Uint8Array
}

/** Whether two beacons are of one root's same reign. */
export function sameReign(a: Beacon | undefined, b: Beacon | undefined): boolean {
  return a?.term === b?.term && a?.rank === b?.rank && a?.root === b?.root
}

/** Whether two are one beacon. */
export function isSame(a: Beacon | undefined, b: Beacon | undefined): boolean {
  return sameReign(a, b) && a?.sequence === b?.sequence
}

/** Whether `a` rules over `b`: higher term, then lower rank, then lower id, then higher sequence. */
export function isBetter(a: Beacon, b: Beacon | undefined): boolean {
  if (b === undefined) return true
  if (a.term !== b.term) return a.term > b.term
  if (a.rank !== b.rank) return a.rank < b.rank
  return a.root === b.root ? a.sequence > b.sequence : a.root < b.root
}

/** The bytes its proof vouches for. */
export function beaconBytes(domain: string, { term, rank, root, sequence }: Beacon): Uint8Array {
  return new ByteWriter()
    .text(`pigeon/beacon/1/${domain}`)
    .varuint(term)
    .u8(rank)
    .id(root)
    .varuint(sequence)
    .finish()
}

/** @param dist how far the sender is from the root, ms */
export function encodeBeacon(beacon: Beacon, dist: number): Uint8Array {
  const { term, rank, root, sequence, proof } = beacon
  return new ByteWriter(48 + proof.length)
    .u8(Kind.beacon)
    .u16(dist)
    .varuint(term)
    .u8(rank)
    .id(root)
    .varuint(sequence)
    .bytes(proof)
    .finish()
}

/** @throws WireError if what follows the kind is no beacon of this version */
export function decodeBeacon(reader: ByteReader): { beacon: Beacon; dist: number } {
  const dist = reader.u16()
  const beacon = {
    term: reader.varuint(),
    rank: reader.u8(),
    root: reader.id(),
    sequence: reader.varuint(),
    proof: reader.bytes(MAX_PROOF_BYTES),
  }
  reader.end()
  return { beacon, dist }
}
