import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

const BROADCAST = 0
const DIRECT = 1
const EVICTION = 2

/** A broadcast, or with `to` a direct message. */
export interface GossipMessage {
  readonly from: PeerId
  /** Unique with `from`. */
  readonly number: number
  /** Hops it may go on. */
  readonly ttl: number
  readonly to: PeerId | undefined
}

/** The notice that this link is over. */
export const EVICTION_NOTICE: Uint8Array = new Uint8Array([EVICTION])

export function encodeGossip({ from, number, ttl, to }: GossipMessage): Uint8Array {
  const writer = new ByteWriter().u8(to === undefined ? BROADCAST : DIRECT)
  writer.id(from).u32(number).u8(ttl)
  return (to === undefined ? writer : writer.id(to)).finish()
}

/** @returns `'eviction'` for the notice */
export function decodeFrame(frame: Uint8Array): GossipMessage | 'eviction' {
  const reader = new ByteReader(frame)
  const kind = reader.u8()
  if (kind === EVICTION) return 'eviction'
  const [from, number, ttl] = [reader.id(), reader.u32(), reader.u8()]
  return { from, number, ttl, to: kind === DIRECT ? reader.id() : undefined }
}
