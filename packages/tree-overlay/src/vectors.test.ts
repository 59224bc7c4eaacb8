import { readFileSync } from 'node:fs'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { decodeEnvelope, type Envelope, encodeEnvelope } from './bootstrap/envelopes.ts'
import {
  decodeAttach,
  decodeBroadcast,
  encodeAttach,
  encodeBroadcast,
  type Position,
} from './broadcast-frames.ts'
import { decodeJoin, encodeJoin, type JoinRequest } from './join-request.ts'
import { Kind } from './kind.ts'
import { decodeLetter, encodeLetter, type Letter } from './letters.ts'
import { decodePulse, encodePulse, type Pulse, signedPulse } from './pulse.ts'
import {
  type Ask,
  decodeAsk,
  decodeSum,
  encodeAsk,
  encodeSum,
  type Sum,
} from './reduction-frames.ts'
import { decodeSeat, encodeLeave, encodeSeat } from './seat.ts'
import { decodeStatus, encodeStatus, type Status } from './status.ts'
import { decodeStreamSignal, encodeStreamSignal, type StreamSignal } from './stream-frames.ts'

/** What examples may carry, bytes. */
const MAX_BYTES = 64

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

/** How each kind of frame is written and read. */
const FRAMES = {
  pulse: { write: (it: Pulse) => encodePulse(it), read: decodePulse },
  status: { write: (it: Status) => encodeStatus(it), read: decodeStatus },
  join: {
    write: (it: JoinRequest) => encodeJoin(it),
    read: (bytes: Uint8Array) => decodeJoin(bytes, MAX_BYTES),
  },
  leave: {
    write: ({ reason }: { reason: number }) => encodeLeave(reason),
    read: (bytes: Uint8Array) => ({ reason: bytes[1] }),
  },
  broadcast: {
    write: (it: Position & { payload: Uint8Array }) => encodeBroadcast(it, it.payload),
    read: decodeBroadcast,
  },
  ask: {
    write: (it: Ask) => encodeAsk(it),
    read: (bytes: Uint8Array) => decodeAsk(bytes, MAX_BYTES),
  },
  sum: {
    write: (it: Sum) => encodeSum(it),
    read: (bytes: Uint8Array) => decodeSum(bytes, MAX_BYTES),
  },
  stream: {
    write: (it: StreamSignal) => encodeStreamSignal(it),
    read: (bytes: Uint8Array) => decodeStreamSignal(bytes, MAX_BYTES),
  },
  attach: { write: (it: Position) => encodeAttach(it), read: decodeAttach },
  seat: {
    write: ({ generation }: { generation: number }) => encodeSeat(generation),
    read: (bytes: Uint8Array) => ({ generation: decodeSeat(bytes) }),
  },
} as const
type FrameName = keyof typeof FRAMES

interface Vectors {
  frames: { kind: FrameName; bytes: string; says: object }[]
  letters: { bytes: string; says: object }[]
  envelopes: { bytes: string; says: object }[]
  signed: { term: number; seq: number; root: PeerId; bytes: string }[]
  refused: { name: string; kind: FrameName | 'letter' | 'envelope'; bytes: string }[]
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'),
)

/** In JSON bytes are `{hex}`, and what is not there is null. */
function fromJson<T>(value: unknown): T {
  const entries = Object.entries(value as object).map(([name, one]) => {
    if (one === null) return [name, undefined]
    const isBytes = typeof one === 'object' && 'hex' in one
    return [name, isBytes ? bytesOf(one.hex as string) : one]
  })
  return Object.fromEntries(entries) as T
}

/** As plain values, for comparison: what is read may be a view of a larger buffer. */
function toJson(value: object): object {
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    one instanceof Uint8Array ? { hex: hexOf(one) } : (one ?? null),
  ])
  return Object.fromEntries(entries)
}

function readAny(kind: Vectors['refused'][0]['kind'], bytes: Uint8Array): object {
  if (kind === 'letter') return decodeLetter(bytes, MAX_BYTES)
  if (kind === 'envelope') return decodeEnvelope(bytes)
  return FRAMES[kind].read(bytes)
}

describe('vectors.json', () => {
  test.each(vectors.frames)('frame: $kind', ({ kind, bytes, says }) => {
    expect(bytesOf(bytes)[0]).toBe(Kind[kind])
    const { write } = FRAMES[kind] as { write: (it: unknown) => Uint8Array }
    expect(toJson(readAny(kind, bytesOf(bytes)))).toEqual(says)
    expect(hexOf(write(fromJson(says)))).toBe(bytes)
  })

  test.each(vectors.letters)('letter: $says.kind', ({ bytes, says }) => {
    expect(toJson(readAny('letter', bytesOf(bytes)))).toEqual(says)
    expect(hexOf(encodeLetter(fromJson<Letter>(says)))).toBe(bytes)
  })

  test.each(vectors.envelopes)('through a hub: $says.kind', ({ bytes, says }) => {
    expect(toJson(readAny('envelope', bytesOf(bytes)))).toEqual(says)
    expect(hexOf(encodeEnvelope(fromJson<Envelope>(says)))).toBe(bytes)
  })

  test.each(vectors.signed)('what a root signs, term $term', ({ bytes, ...reign }) => {
    expect(hexOf(signedPulse(reign))).toBe(bytes)
  })

  test.each(vectors.refused)('refused: $name', ({ kind, bytes }) => {
    expect(() => readAny(kind, bytesOf(bytes))).toThrow()
  })

  test('every kind of frame and letter has an example', () => {
    const seen = new Set(
      [...vectors.frames, ...vectors.letters].map(({ bytes }) => bytesOf(bytes)[0]),
    )
    const { data, ...others } = Kind
    expect([...seen].sort()).toEqual(Object.values(others).sort())
    expect(data).toBe(0x11)
  })
})
