import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { readIds, writeIds } from './id-lists.ts'
import { Kind } from './kind.ts'
import { MAX_TICKET_BYTES } from './options.ts'

/** Links a request may pass: no tree is that deep. */
export const MAX_HOPS = 64

/** Nodes a request names as tried. */
export const MAX_TRIED = 8

/** What a node asks for. */
export const Why = {
  /** Any place, for itself or for all its subtree. */
  join: 0,
  /** The place below this very node: its parent died, or just the link to it. */
  move: 1,
  /** The place of a dead child of this very node. */
  promote: 2,
  /** A place nearer to the root than its present one. */
  pull: 3,
} as const

/** A request to be taken as a child. */
export interface JoinRequest {
  /** Names this attempt; of whoever joins. */
  readonly id: number
  readonly origin: PeerId
  readonly hops: number
  /** One of {@link Why}. */
  readonly why: number
  /** Whether the link is to go through the bootstrap. */
  readonly relayed: boolean
  /** Nodes that come along, itself included. */
  readonly nodes: number
  /** Links from it to the farthest of those. */
  readonly height: number
  /** Nodes it had no luck with. */
  readonly tried: readonly PeerId[]
  /** The dead node whose place, or whose child's place, it is about; for `move` and `promote`. */
  readonly dead: PeerId | undefined
  /** The order of that node's owner. */
  readonly generation: number
  readonly ticket: Uint8Array
  readonly offer: Uint8Array
}

const HOPS_AT = 1
const RELAYED = 1
const HAS_DEAD = 2

export function encodeJoin(join: JoinRequest): Uint8Array {
  const { id, origin, hops, why, relayed, nodes, height, tried, dead, generation } = join
  const writer = new ByteWriter(96 + join.offer.length + join.ticket.length)
    .u8(Kind.join)
    .u8(hops)
    .u8(why)
    .u8((relayed ? RELAYED : 0) | (dead === undefined ? 0 : HAS_DEAD))
    .u64(id)
    .id(origin)
    .varuint(nodes)
    .u8(height)
  writeIds(writer, tried)
  if (dead !== undefined) writer.id(dead).varuint(generation)
  return writer.bytes(join.ticket).bytes(join.offer).finish()
}

/**
 * @param bytes with the kind
 * @param offerBytes the longest offer
 * @throws WireError
 */
export function decodeJoin(bytes: Uint8Array, offerBytes: number): JoinRequest {
  const reader = new ByteReader(bytes)
  reader.u8()
  const hops = reader.u8()
  const why = reader.u8()
  if (why > Why.pull) throw new WireError('WIRE_MALFORMED', `no reason ${why} to join`)
  const flags = reader.u8()
  const id = reader.u64()
  const origin = reader.id()
  const nodes = reader.varuint()
  const height = reader.u8()
  const tried = readIds(reader)
  if (tried.length > MAX_TRIED) throw new WireError('WIRE_LIMIT', `${tried.length} were tried`)
  const dead = flags & HAS_DEAD ? reader.id() : undefined
  const generation = dead === undefined ? 0 : reader.varuint()
  const ticket = reader.bytes(MAX_TICKET_BYTES)
  const offer = reader.bytes(offerBytes)
  reader.end()
  const relayed = (flags & RELAYED) !== 0
  return { id, origin, hops, why, relayed, nodes, height, tried, dead, generation, ticket, offer }
}

/** Another hop of a request that passes by: changes the bytes in place. */
export function passOn(bytes: Uint8Array, hops: number): Uint8Array {
  bytes[HOPS_AT] = hops
  return bytes
}
