import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { readIds, writeIds } from './id-lists.ts'
import { Kind } from './kind.ts'

/** Why a request is refused. */
export const Nack = {
  /** Not now: ask again. */
  busy: 0,
  /** The ticket does not let it in. */
  refused: 1,
  /** The answer came too late, or nobody waits for it. */
  stale: 2,
} as const

/** What goes between nodes without a link. */
export type Letter =
  | { readonly kind: 'answer' | 'signal'; readonly id: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'nack'
      readonly id: number
      /** One of {@link Nack}. */
      readonly reason: number
      /** Not before this, ms. */
      readonly retryMs: number
    }
  | {
      readonly kind: 'orphan'
      /** From the root to the parent that is gone. */
      readonly path: readonly PeerId[]
      /** Of that parent's place. */
      readonly generation: number
      /** Leaves that may take a dead one's place, the sender itself if it is one. */
      readonly spares: readonly PeerId[]
      /** Who is asked in its stead: the receiver is that one's heir; else the receiver itself. */
      readonly as: PeerId | undefined
      /** Whose parent it is; the sender, unless this is passed on. */
      readonly orphan: PeerId
    }
  | {
      readonly kind: 'promote'
      readonly dead: PeerId
      readonly generation: number
      readonly kin: readonly PeerId[]
    }
  | {
      readonly kind: 'move'
      readonly dead: PeerId
      readonly generation: number
      readonly to: PeerId
    }
  | {
      readonly kind: 'pending'
      readonly dead: PeerId
      readonly generation: number
      /** Whether the leaf is at it; else somebody else must be asked. */
      readonly willing: boolean
    }
  | { readonly kind: 'pull'; readonly to: PeerId }
  | { readonly kind: 'relay'; readonly id: number; readonly op: number; readonly bytes: Uint8Array }

export function encodeLetter(letter: Letter): Uint8Array {
  const writer = new ByteWriter().u8(Kind[letter.kind])
  switch (letter.kind) {
    case 'answer':
    case 'signal':
      return writer.u64(letter.id).bytes(letter.bytes).finish()
    case 'nack':
      return writer.u64(letter.id).u8(letter.reason).varuint(letter.retryMs).finish()
    case 'orphan':
      writeIds(writer, letter.path).varuint(letter.generation)
      writeIds(writer, letter.spares).id(letter.orphan)
      return writeIds(writer, letter.as === undefined ? [] : [letter.as]).finish()
    case 'promote':
      return writeIds(writer.id(letter.dead).varuint(letter.generation), letter.kin).finish()
    case 'move':
      return writer.id(letter.dead).varuint(letter.generation).id(letter.to).finish()
    case 'pending': {
      const { dead, generation, willing } = letter
      return writer
        .id(dead)
        .varuint(generation)
        .u8(willing ? 1 : 0)
        .finish()
    }
    case 'pull':
      return writer.id(letter.to).finish()
    case 'relay':
      return writer.u64(letter.id).u8(letter.op).bytes(letter.bytes).finish()
  }
}

/**
 * @param maxBytes of what it carries
 * @throws WireError
 */
export function decodeLetter(bytes: Uint8Array, maxBytes: number): Letter {
  const reader = new ByteReader(bytes)
  const letter = readLetter(reader, maxBytes)
  reader.end()
  return letter
}

function readLetter(reader: ByteReader, maxBytes: number): Letter {
  const kind = reader.u8()
  switch (kind) {
    case Kind.answer:
      return { kind: 'answer', id: reader.u64(), bytes: reader.bytes(maxBytes) }
    case Kind.signal:
      return { kind: 'signal', id: reader.u64(), bytes: reader.bytes(maxBytes) }
    case Kind.nack:
      return {
        kind: 'nack',
        id: reader.u64(),
        reason: reader.u8(),
        retryMs: reader.varuint(60_000),
      }
    case Kind.orphan: {
      const path = readIds(reader)
      const generation = reader.varuint()
      const spares = readIds(reader)
      const orphan = reader.id()
      const [as] = readIds(reader)
      return { kind: 'orphan', path, generation, spares, as, orphan }
    }
    case Kind.promote: {
      const dead = reader.id()
      return { kind: 'promote', dead, generation: reader.varuint(), kin: readIds(reader) }
    }
    case Kind.move: {
      const dead = reader.id()
      return { kind: 'move', dead, generation: reader.varuint(), to: reader.id() }
    }
    case Kind.pending:
      return {
        kind: 'pending',
        dead: reader.id(),
        generation: reader.varuint(),
        willing: reader.u8() === 1,
      }
    case Kind.pull:
      return { kind: 'pull', to: reader.id() }
    case Kind.relay:
      return { kind: 'relay', id: reader.u64(), op: reader.u8(), bytes: reader.bytes(maxBytes) }
    default:
      throw new WireError('WIRE_MALFORMED', `no letter ${kind}`)
  }
}
