import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { readIds, writeIds } from './cards.ts'

const FORWARD = 1
const BACK = 2
const ARRIVED = 3
const FAILED = 4
const TUNNEL = 5
const CUT = 6

/** Peers a way may name, ahead or behind. */
export const MAX_WAY = 48

/** Bytes of a request's random name. */
export const REQUEST_BYTES = 8

/** Bytes a {@link Forward} has beside its payload and its ways. */
export const FORWARD_BYTES: number = 1 + REQUEST_BYTES + 2 * 20 + 7

/** On its way to `target`. */
export interface Forward {
  readonly kind: 'forward'
  /** Names the request at every hop, as text of 8 characters. */
  readonly request: string
  readonly origin: PeerId
  readonly target: PeerId
  /** Links passed, this one included. */
  readonly hops: number
  /** Dead ends it may still turn back from. */
  readonly backtracks: number
  /** Which part of the receiver it is for. */
  readonly service: number
  /** Whether it ends at whoever is closest to the target, which need not be anybody's id. */
  readonly search: boolean
  /** Whether it may go by peers that are not closer to the target, where nobody is. */
  readonly wide: boolean
  /** Peers to pass first, one after the other, whatever the ring says. */
  readonly way: readonly PeerId[]
  /** Peers passed after the origin, if it is recorded; empty again once they are too many. */
  readonly passed: readonly PeerId[] | undefined
  readonly payload: Uint8Array
}

/** Carried along a recorded way to a peer that counts as a neighbour without a link. */
export interface Tunnelled {
  readonly kind: 'tunnel'
  /** Peers still ahead, the last one the receiver. */
  readonly way: readonly PeerId[]
  /** Peers behind, the sender first. */
  readonly passed: readonly PeerId[]
  readonly frame: Uint8Array
}

/** What the hops of a request tell each other. */
export type RouteFrame =
  | Forward
  | Tunnelled
  /** A dead end: try another way, with so many turns left. */
  | { readonly kind: 'back'; readonly request: string; readonly backtracks: number }
  /** It arrived after so many links; goes back the way it came, with the receiver's reply. */
  | {
      readonly kind: 'arrived'
      readonly request: string
      readonly hops: number
      readonly reply: Uint8Array
    }
  /** There is no way; goes back the way it came. */
  | { readonly kind: 'failed'; readonly request: string }
  /** Through a tunnel: the way to this peer leads no further than to the one that says so. */
  | { readonly kind: 'cut'; readonly peer: PeerId }

const IS_SEARCH = 1
const IS_RECORDED = 2
const IS_WIDE = 4

export function encodeRouteFrame(frame: RouteFrame): Uint8Array {
  switch (frame.kind) {
    case 'forward':
      return encodeForward(frame)
    case 'tunnel': {
      const size = 3 + (frame.way.length + frame.passed.length) * 20 + frame.frame.length
      const writer = new ByteWriter(size).u8(TUNNEL)
      return writeIds(writeIds(writer, frame.way), frame.passed).raw(frame.frame).finish()
    }
    case 'back':
      return writeRequest(new ByteWriter(10).u8(BACK), frame.request).u8(frame.backtracks).finish()
    case 'arrived':
      return writeRequest(new ByteWriter(10 + frame.reply.length).u8(ARRIVED), frame.request)
        .u8(frame.hops)
        .raw(frame.reply)
        .finish()
    case 'cut':
      return new ByteWriter(21).u8(CUT).id(frame.peer).finish()
    case 'failed':
      return writeRequest(new ByteWriter(9).u8(FAILED), frame.request).finish()
  }
}

function encodeForward(frame: Forward): Uint8Array {
  const { way, passed, payload } = frame
  const size = FORWARD_BYTES + (way.length + (passed?.length ?? 0)) * 20 + payload.length
  const flags =
    (frame.search ? IS_SEARCH : 0) |
    (passed === undefined ? 0 : IS_RECORDED) |
    (frame.wide ? IS_WIDE : 0)
  const writer = writeRequest(new ByteWriter(size).u8(FORWARD), frame.request)
    .id(frame.origin)
    .id(frame.target)
    .u8(frame.hops)
    .u8(frame.backtracks)
    .u8(frame.service)
    .u8(flags)
  writeIds(writer, way)
  if (passed !== undefined) writeIds(writer, passed)
  return writer.raw(payload).finish()
}

/** @returns undefined for bytes that are no frame of this version */
export function decodeRouteFrame(bytes: Uint8Array): RouteFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    const kind = reader.u8()
    if (kind === TUNNEL) {
      const [way, passed] = [readIds(reader, MAX_WAY), readIds(reader, MAX_WAY)]
      return { kind: 'tunnel', way, passed, frame: reader.rest() }
    }
    if (kind === CUT) return { kind: 'cut', peer: reader.id() }
    const request = requestName(reader.raw(REQUEST_BYTES))
    if (kind === FORWARD) return readForward(reader, request)
    if (kind === BACK) return { kind: 'back', request, backtracks: reader.u8() }
    if (kind === ARRIVED) {
      return { kind: 'arrived', request, hops: reader.u8(), reply: reader.rest() }
    }
    return kind === FAILED ? { kind: 'failed', request } : undefined
  } catch {
    return undefined
  }
}

function readForward(reader: ByteReader, request: string): Forward {
  const [origin, target] = [reader.id(), reader.id()]
  const [hops, backtracks, service] = [reader.u8(), reader.u8(), reader.u8()]
  const flags = reader.u8()
  const way = readIds(reader, MAX_WAY)
  const passed = flags & IS_RECORDED ? readIds(reader, MAX_WAY) : undefined
  const [search, wide] = [(flags & IS_SEARCH) !== 0, (flags & IS_WIDE) !== 0]
  const ends = { request, origin, target, hops, backtracks, service, search, wide }
  return { kind: 'forward', ...ends, way, passed, payload: reader.rest() }
}

/** The name that random bytes spell, one character a byte. */
export function requestName(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

export function writeRequest(writer: ByteWriter, request: string): ByteWriter {
  for (let index = 0; index < REQUEST_BYTES; index++) writer.u8(request.charCodeAt(index))
  return writer
}
