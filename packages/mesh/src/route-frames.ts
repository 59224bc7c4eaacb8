import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

const FORWARD = 1
const BACK = 2
const ARRIVED = 3
const FAILED = 4

/** Ids that the answer to a search may hold. */
export const MAX_FOUND = 16

/** Bytes of a request's random name. */
export const REQUEST_BYTES = 8

/** Bytes a {@link Forward} has beside its payload. */
export const FORWARD_BYTES: number = 1 + REQUEST_BYTES + 2 * 20 + 4

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
  readonly payload: Uint8Array
}

/** What the hops of a request tell each other. */
export type RouteFrame =
  | Forward
  /** A dead end: try another way, with so many turns left. */
  | { readonly kind: 'back'; readonly request: string; readonly backtracks: number }
  /** It arrived after so many links; goes back the way it came. */
  | {
      readonly kind: 'arrived'
      readonly request: string
      readonly hops: number
      /** Of a search: the ids next to its origin that the peer at its end knows. */
      readonly found: readonly PeerId[]
    }
  /** There is no way; goes back the way it came. */
  | { readonly kind: 'failed'; readonly request: string }

export function encodeRouteFrame(frame: RouteFrame): Uint8Array {
  if (frame.kind === 'forward') {
    const writer = new ByteWriter(FORWARD_BYTES + frame.payload.length).u8(FORWARD)
    return writeRequest(writer, frame.request)
      .id(frame.origin)
      .id(frame.target)
      .u8(frame.hops)
      .u8(frame.backtracks)
      .u8(frame.service)
      .raw(frame.payload)
      .finish()
  }
  const writer = new ByteWriter(12)
  if (frame.kind === 'back') {
    return writeRequest(writer.u8(BACK), frame.request).u8(frame.backtracks).finish()
  }
  if (frame.kind === 'arrived') {
    writeRequest(writer.u8(ARRIVED), frame.request).u8(frame.hops).u8(frame.found.length)
    for (const id of frame.found) writer.id(id)
    return writer.finish()
  }
  return writeRequest(writer.u8(FAILED), frame.request).finish()
}

/** @returns undefined for bytes that are no frame of this version */
export function decodeRouteFrame(bytes: Uint8Array): RouteFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    const kind = reader.u8()
    const request = requestName(reader.raw(REQUEST_BYTES))
    if (kind === FORWARD) {
      const [origin, target] = [reader.id(), reader.id()]
      const [hops, backtracks, service] = [reader.u8(), reader.u8(), reader.u8()]
      const payload = reader.rest()
      return { kind: 'forward', request, origin, target, hops, backtracks, service, payload }
    }
    if (kind === BACK) return { kind: 'back', request, backtracks: reader.u8() }
    if (kind === ARRIVED) {
      const hops = reader.u8()
      const found = Array.from({ length: Math.min(reader.u8(), MAX_FOUND) }, () => reader.id())
      return { kind: 'arrived', request, hops, found }
    }
    return kind === FAILED ? { kind: 'failed', request } : undefined
  } catch {
    return undefined
  }
}

/** The name that random bytes spell, one character a byte. */
export function requestName(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function writeRequest(writer: ByteWriter, request: string): ByteWriter {
  for (let index = 0; index < REQUEST_BYTES; index++) writer.u8(request.charCodeAt(index))
  return writer
}
