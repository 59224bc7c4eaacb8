import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'

/** Bytes of a key, or of a document's name. */
const MAX_NAME_BYTES = 256

/** Sessions of one author under one grant: each start of a program, each tab. */
const MAX_SESSION = 0xffff_ffff

const MAX_ITEMS = 4096
const MAX_TAGS = 1024
const MAX_BODY_BYTES = 64 * 1024

/** One change of content. */
export type Item =
  /** An update of a document's engine. With `more` it goes on in the next entry of its chain. */
  | {
      readonly type: 'update'
      readonly name: string
      readonly bytes: Uint8Array
      readonly more: boolean
    }
  /** The value of a key, or none any more. With `more` it goes on in the next entry of its chain. */
  | {
      readonly type: 'put'
      readonly name: string
      readonly bytes: Uint8Array | undefined
      readonly more?: boolean
    }
  | { readonly type: 'add'; readonly name: string; readonly bytes: Uint8Array }
  /** Takes an element out as far as it was seen: the additions of it that are named. */
  | { readonly type: 'remove'; readonly name: string; readonly tags: readonly string[] }
  | { readonly type: 'count'; readonly name: string; readonly by: number }

/** What one data entry says. */
export interface Data {
  /** Which run of its author's program; engines tell their updates apart by it. */
  readonly session: number
  readonly items: readonly Item[]
}

const UPDATE = 0
const PUT = 1
const DROP = 2
const ADD = 3
const REMOVE = 4
const COUNT = 5
const PART = 6
const PUT_PART = 7

export function encodeData({ session, items }: Data): Uint8Array {
  const writer = new ByteWriter(256).varuint(session)
  for (const item of items) {
    writer.u8(typeOf(item)).text(item.name)
    if (item.type === 'remove') {
      writer.varuint(item.tags.length)
      for (const tag of item.tags) writer.text(tag)
    } else if (item.type === 'count') {
      writer.u8(item.by < 0 ? 1 : 0).varuint(Math.abs(item.by))
    } else if (item.bytes !== undefined) writer.bytes(item.bytes)
  }
  return writer.finish()
}

/** @throws WireError if it is none */
export function readData(bytes: Uint8Array): Data {
  const reader = new ByteReader(bytes)
  const session = reader.varuint(MAX_SESSION)
  const items: Item[] = []
  while (reader.remaining > 0) {
    if (items.length === MAX_ITEMS) throw new WireError('WIRE_LIMIT', 'too many items')
    items.push(readItem(reader))
  }
  return { session, items }
}

function typeOf(item: Item): number {
  if (item.type === 'update') return item.more ? PART : UPDATE
  if (item.type === 'put') return item.bytes === undefined ? DROP : item.more ? PUT_PART : PUT
  if (item.type === 'add') return ADD
  return item.type === 'remove' ? REMOVE : COUNT
}

function readItem(reader: ByteReader): Item {
  const type = reader.u8()
  const name = reader.text(MAX_NAME_BYTES)
  if (type === UPDATE || type === PART) {
    return { type: 'update', name, bytes: reader.bytes(MAX_BODY_BYTES), more: type === PART }
  }
  if (type === PUT || type === PUT_PART) {
    return { type: 'put', name, bytes: reader.bytes(MAX_BODY_BYTES), more: type === PUT_PART }
  }
  if (type === DROP) return { type: 'put', name, bytes: undefined }
  if (type === ADD) return { type: 'add', name, bytes: reader.bytes(MAX_BODY_BYTES) }
  if (type === REMOVE) {
    const tags = Array.from({ length: reader.varuint(MAX_TAGS) }, () => reader.text(80))
    return { type: 'remove', name, tags }
  }
  if (type === COUNT) {
    const sign = reader.u8() === 0 ? 1 : -1
    return { type: 'count', name, by: sign * reader.varuint() }
  }
  throw new WireError('WIRE_MALFORMED', `no item ${type}`)
}
