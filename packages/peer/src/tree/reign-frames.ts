import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Bytes of what a root shows: its key and a signature. */
const MAX_PROOF_BYTES = 256

const Kind = { reign: 1, who: 2, vacant: 3 } as const

/** What is broadcast about who is root of a tree. */
export type ReignFrame =
  /** Its author is. */
  | { readonly kind: 'reign'; readonly term: number; readonly proof: Uint8Array }
  /** Who is? */
  | { readonly kind: 'who' }
  /** Its author was, and is no more. */
  | { readonly kind: 'vacant' }

export function encodeReignFrame(frame: ReignFrame): Uint8Array {
  const writer = new ByteWriter(128).u8(Kind[frame.kind])
  if (frame.kind === 'reign') writer.u32(frame.term).bytes(frame.proof)
  return writer.finish()
}

/** @returns `undefined` for what makes no sense */
export function decodeReignFrame(bytes: Uint8Array): ReignFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    const frame = read(reader, reader.u8())
    reader.end()
    return frame
  } catch {
    return undefined
  }
}

function read(reader: ByteReader, kind: number): ReignFrame | undefined {
  if (kind === Kind.reign) {
    return { kind: 'reign', term: reader.u32(), proof: reader.bytes(MAX_PROOF_BYTES).slice() }
  }
  if (kind === Kind.who) return { kind: 'who' }
  return kind === Kind.vacant ? { kind: 'vacant' } : undefined
}

/** What a root signs with the key of its tree. */
export function signedReign(network: string, root: PeerId, term: number): Uint8Array {
  return new ByteWriter(128).text('pigeon/tree-reign/1').text(network).id(root).u32(term).finish()
}
