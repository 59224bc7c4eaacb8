import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_FEDERATED_BYTES } from '../v1/federated-name.ts'

const RELAY = 1
const NAME = 2
const GONE = 3
const SIGNAL = 4

/** Members told at once: the next ids on either side of one. */
export const MAX_TOLD = 8

/** What hubs send each other for their members. */
export type Parcel =
  /** A stamped RELAY for a member. */
  | {
      readonly type: 'relay'
      readonly network: string
      readonly from: PeerId
      readonly to: PeerId
      readonly stamped: Uint8Array
    }
  /** Tell those members of yours that `id` is there, or gone. */
  | {
      readonly type: 'name' | 'gone'
      readonly network: string
      readonly id: PeerId
      readonly to: readonly PeerId[]
    }
  /** For a link between the hubs themselves. */
  | { readonly type: 'signal'; readonly payload: Uint8Array }

export function encodeParcel(parcel: Parcel): Uint8Array {
  if (parcel.type === 'signal')
    return new ByteWriter(1 + parcel.payload.length).u8(SIGNAL).raw(parcel.payload).finish()
  if (parcel.type === 'relay') {
    const { network, from, to, stamped } = parcel
    return new ByteWriter(64 + stamped.length)
      .u8(RELAY)
      .text(network)
      .id(from)
      .id(to)
      .raw(stamped)
      .finish()
  }
  const { type, network, id, to } = parcel
  const writer = new ByteWriter(128)
    .u8(type === 'name' ? NAME : GONE)
    .text(network)
    .id(id)
  for (const member of to) writer.id(member)
  return writer.finish()
}

/** @returns `undefined` for what makes no sense */
export function decodeParcel(bytes: Uint8Array): Parcel | undefined {
  try {
    const reader = new ByteReader(bytes)
    const type = reader.u8()
    if (type === SIGNAL) return { type: 'signal', payload: reader.rest() }
    const network = reader.text(MAX_FEDERATED_BYTES)
    const id = reader.id()
    if (type === RELAY)
      return { type: 'relay', network, from: id, to: reader.id(), stamped: reader.rest() }
    if (type !== NAME && type !== GONE) return undefined
    const to: PeerId[] = []
    while (reader.remaining > 0 && to.length < MAX_TOLD) to.push(reader.id())
    return { type: type === NAME ? 'name' : 'gone', network, id, to }
  } catch {
    return undefined
  }
}
