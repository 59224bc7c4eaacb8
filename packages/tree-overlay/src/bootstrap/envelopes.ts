import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Reign } from '../bootstrap.ts'

const Kind = { letter: 0x31, probe: 0x32, reign: 0x33 } as const

/** What goes through a hub. */
export type Envelope =
  | { readonly kind: 'letter'; readonly letter: Uint8Array }
  /** Who is root? */
  | { readonly kind: 'probe' }
  | ({ readonly kind: 'reign' } & Reign)

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  switch (envelope.kind) {
    case 'letter': {
      const { letter } = envelope
      return new ByteWriter(letter.length + 1).u8(Kind.letter).raw(letter).finish()
    }
    case 'probe':
      return Uint8Array.of(Kind.probe)
    case 'reign':
      return new ByteWriter(32).u8(Kind.reign).u32(envelope.term).id(envelope.root).finish()
  }
}

/** @throws WireError */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const reader = new ByteReader(bytes)
  const kind = reader.u8()
  if (kind === Kind.letter) return { kind: 'letter', letter: reader.rest() }
  if (kind === Kind.probe) return { kind: 'probe' }
  if (kind !== Kind.reign) throw new WireError('WIRE_MALFORMED', `no envelope ${kind}`)
  const term = reader.u32()
  const root: PeerId = reader.id()
  reader.end()
  return { kind: 'reign', term, root }
}
