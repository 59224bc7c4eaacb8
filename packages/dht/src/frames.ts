import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Address, addressBytes, readAddress } from './address.ts'
import { MAX_RECORD_BYTES } from './record.ts'

/** The first byte of each frame. */
export const Kind = { view: 0x31, request: 0x32, reply: 0x33, back: 0x34, notify: 0x35 } as const

/** What is asked of the peer at the end of the way. */
export const Op = {
  /** The record of an address. */
  get: 1,
  /** To keep a record, and to let the other replicas keep it. */
  put: 2,
  /** To tell of newer records. */
  subscribe: 3,
  /** The record of an address, of this replica alone. */
  ask: 4,
  /** To keep a record, this replica alone. */
  store: 5,
  /** To keep leases of subscribers. */
  leases: 6,
  /** Which of some records are news. */
  offer: 7,
} as const

/** Ids told of in a view, at most. */
export const MAX_TOLD = 32

/** Steps from who tells to an id told of, at most. */
export const MAX_DEPTH = 3

/** Hops a request may go. */
export const MAX_HOPS = 64

/** Ids on a traced way, at most. */
const MAX_TRACE = 32

/** Subscribers in one notice. */
export const MAX_NOTIFIED = 64

/** A peer that a neighbour knows. */
export interface Told {
  readonly id: PeerId
  /** Links from the one that tells: 1 for its neighbours. */
  readonly depth: number
  readonly settled: boolean
}

/** Whom a peer is linked with, and who is near it on the ring. */
export interface ViewFrame {
  readonly kind: typeof Kind.view
  /** Whether it has been there long enough to keep records for others. */
  readonly settled: boolean
  readonly told: readonly Told[]
}

/** A question on its way to a place. */
export interface RequestFrame {
  readonly kind: typeof Kind.request
  /** 16 random bytes, as a string of so many characters. */
  readonly id: string
  readonly place: PeerId
  /** Whether hops go by their neighbours' own ids alone, not by what these tell of theirs. */
  readonly plain: boolean
  /** Whether the first replica that it comes to answers, not the closest peer. */
  readonly any: boolean
  /** Whether it is for the peer with the id `place` and nobody else. */
  readonly exact: boolean
  readonly hops: number
  readonly op: number
  /** Who passed it on, if it is to tell. */
  readonly trace: readonly PeerId[] | undefined
  readonly body: Uint8Array
}

/** The answer, on the way back. */
export interface ReplyFrame {
  readonly kind: typeof Kind.reply
  readonly id: string
  readonly hops: number
  readonly trace: readonly PeerId[] | undefined
  readonly body: Uint8Array
}

/** A hop has nobody to pass a question on to. */
interface BackFrame {
  readonly kind: typeof Kind.back
  readonly id: string
}

/** A newer record, on its way to subscribers. */
export interface NotifyFrame {
  readonly kind: typeof Kind.notify
  readonly hops: number
  readonly to: readonly PeerId[]
  readonly address: Address
  readonly record: Uint8Array
}

/** Any of them. */
export type Frame = ViewFrame | RequestFrame | ReplyFrame | BackFrame | NotifyFrame

const Flag = { plain: 1, any: 2, exact: 4, trace: 8 } as const
const FLAGS = 15
const SETTLED = 0x80

/** The bytes of a frame. */
export function encodeFrame(frame: Frame): Uint8Array {
  const writer = new ByteWriter(128).u8(frame.kind)
  switch (frame.kind) {
    case Kind.view:
      writer.u8(Number(frame.settled)).varuint(frame.told.length)
      for (const { id, depth, settled } of frame.told)
        writer.id(id).u8(depth | (settled ? SETTLED : 0))
      break
    case Kind.request: {
      const { plain, any, exact, trace } = frame
      const route = (plain ? Flag.plain : 0) | (any ? Flag.any : 0)
      const flags = route | (exact ? Flag.exact : 0) | (trace ? Flag.trace : 0)
      writer.raw(nameBytes(frame.id)).id(frame.place).u8(flags).u8(frame.hops).u8(frame.op)
      if (trace !== undefined) writeIds(writer, trace)
      writer.raw(frame.body)
      break
    }
    case Kind.reply:
      writer
        .raw(nameBytes(frame.id))
        .u8(frame.trace ? Flag.trace : 0)
        .u8(frame.hops)
      if (frame.trace !== undefined) writeIds(writer, frame.trace)
      writer.raw(frame.body)
      break
    case Kind.back:
      writer.raw(nameBytes(frame.id))
      break
    case Kind.notify:
      writeIds(writer.u8(frame.hops), frame.to)
      writer.raw(addressBytes(frame.address)).raw(frame.record)
  }
  return writer.finish()
}

/** Reads a frame. @throws WireError */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new ByteReader(bytes)
  const kind = reader.u8()
  switch (kind) {
    case Kind.view:
      return readView(reader)
    case Kind.request: {
      const [id, place, flags] = [readName(reader), reader.id(), reader.u8()]
      if (flags > FLAGS) throw malformed('flags')
      return {
        kind,
        id,
        place,
        plain: (flags & Flag.plain) > 0,
        any: (flags & Flag.any) > 0,
        exact: (flags & Flag.exact) > 0,
        hops: reader.u8(),
        op: reader.u8(),
        trace: flags & Flag.trace ? readIds(reader, MAX_TRACE) : undefined,
        body: reader.rest(),
      }
    }
    case Kind.reply: {
      const [id, flags] = [readName(reader), reader.u8()]
      if ((flags & ~Flag.trace) > 0) throw malformed('flags')
      const hops = reader.u8()
      const trace = flags ? readIds(reader, MAX_TRACE) : undefined
      return { kind, id, hops, trace, body: reader.rest() }
    }
    case Kind.back: {
      const id = readName(reader)
      reader.end()
      return { kind, id }
    }
    case Kind.notify: {
      const hops = reader.u8()
      const to = readIds(reader, MAX_NOTIFIED)
      const address = readAddress(reader)
      if (reader.remaining > MAX_RECORD_BYTES) throw malformed('record')
      return { kind, hops, to, address, record: reader.rest() }
    }
    default:
      throw malformed('kind')
  }
}

function readView(reader: ByteReader): ViewFrame {
  const settled = reader.u8()
  const told = Array.from({ length: reader.varuint(MAX_TOLD) }, () => {
    const [id, code] = [reader.id(), reader.u8()]
    const depth = code & ~SETTLED
    if (depth < 1 || depth > MAX_DEPTH) throw malformed('depth')
    return { id, depth, settled: code >= SETTLED }
  })
  reader.end()
  return { kind: Kind.view, settled: settled === 1, told }
}

/** A trace with one more id, unless it is full. */
export function traced(
  trace: readonly PeerId[] | undefined,
  id: PeerId,
): readonly PeerId[] | undefined {
  return trace && trace.length < MAX_TRACE ? [...trace, id] : trace
}

/** The name that 16 bytes make. */
export function nameOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

/** The 16 bytes of a name. */
export function nameBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = name.charCodeAt(at)
  return bytes
}

function readName(reader: ByteReader): string {
  return nameOf(reader.raw(16))
}

function writeIds(writer: ByteWriter, ids: readonly PeerId[]): void {
  writer.varuint(ids.length)
  for (const id of ids) writer.id(id)
}

function readIds(reader: ByteReader, max: number): PeerId[] {
  return Array.from({ length: reader.varuint(max) }, () => reader.id())
}

function malformed(what: string): WireError {
  return new WireError('WIRE_MALFORMED', `no such ${what}`)
}
