import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import { KEY_ID_BYTES, MAX_EPOCHS, MAX_RUN_BYTES } from '../entry/limits.ts'

const VERSION = 1
const TOPIC_BYTES = 16
const TAG_BYTES = 8

/** Ends of chains in one frame. */
export const ENDS_A_FRAME = 1000

/** Bytes of presence in one frame. */
const MAX_PRESENCE_BYTES = 16 * 1024

/** The last entry of a chain, as replicas tell each other what they have. */
export interface End {
  readonly id: string
  /** Stands for the chain, so that an end that is not known here still says something. */
  readonly tag: string
  readonly seq: number
}

/** What replicas of a space say to each other. */
export type Frame = { readonly topic: string } & (
  | { readonly type: 'hello'; readonly digest: string }
  | {
      readonly type: 'ends'
      /** Whether the other side's ends were asked for in this way. */
      readonly isReply: boolean
      /** Whether more follow. */
      readonly more: boolean
      readonly ends: readonly End[]
    }
  | { readonly type: 'run'; readonly run: Uint8Array }
  | { readonly type: 'done' }
  | { readonly type: 'ask-keys'; readonly who: string; readonly keyIds: readonly string[] }
  | { readonly type: 'keys'; readonly envelope: Uint8Array }
  | { readonly type: 'ask-genesis' }
  | { readonly type: 'genesis'; readonly genesis: Uint8Array }
  | { readonly type: 'presence'; readonly bytes: Uint8Array }
)

const TYPES: readonly Frame['type'][] = [
  'hello',
  'ends',
  'run',
  'done',
  'ask-keys',
  'keys',
  'ask-genesis',
  'genesis',
  'presence',
]

/** What a space is called on links: who does not know its id learns nothing of it. */
export function topicOf(space: string): string {
  const label = utf8ToBytes('pigeon/space-topic/1')
  return bytesToHex(sha256(concatBytes(label, hexToBytes(space))).subarray(0, TOPIC_BYTES))
}

/** What a chain is called in an {@link End}. */
export function tagOf(author: string, via: string): string {
  return bytesToHex(sha256(hexToBytes(author + via)).subarray(0, TAG_BYTES))
}

export function encodeFrame(frame: Frame): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).u8(TYPES.indexOf(frame.type))
  writer.raw(hexToBytes(frame.topic))
  switch (frame.type) {
    case 'hello':
      return writer.raw(hexToBytes(frame.digest)).finish()
    case 'ends':
      writer.u8((frame.isReply ? 1 : 0) | (frame.more ? 2 : 0)).varuint(frame.ends.length)
      for (const { id, tag, seq } of frame.ends) {
        writer.raw(hexToBytes(id)).raw(hexToBytes(tag)).varuint(seq)
      }
      return writer.finish()
    case 'run':
      return writer.raw(frame.run).finish()
    case 'ask-keys':
      writer.raw(hexToBytes(frame.who)).varuint(frame.keyIds.length)
      for (const id of frame.keyIds) writer.raw(hexToBytes(id))
      return writer.finish()
    case 'keys':
      return writer.raw(frame.envelope).finish()
    case 'genesis':
      return writer.raw(frame.genesis).finish()
    case 'presence':
      return writer.raw(frame.bytes).finish()
    default:
      return writer.finish()
  }
}

/** @throws WireError if it is none */
export function readFrame(bytes: Uint8Array): Frame {
  if (bytes.length > MAX_RUN_BYTES + 64) throw new WireError('WIRE_LIMIT', `${bytes.length} bytes`)
  const reader = new ByteReader(bytes)
  const version = reader.u8()
  if (version !== VERSION) throw new WireError('WIRE_MALFORMED', `version ${version}`)
  const type = TYPES[reader.u8()]
  const topic = bytesToHex(reader.raw(TOPIC_BYTES))
  const frame = readBody(type, topic, reader)
  reader.end()
  return frame
}

function readBody(type: Frame['type'] | undefined, topic: string, reader: ByteReader): Frame {
  switch (type) {
    case 'hello':
      return { type, topic, digest: bytesToHex(reader.raw(32)) }
    case 'ends': {
      const flags = reader.u8()
      if (flags > 3) throw new WireError('WIRE_MALFORMED', `flags ${flags}`)
      const ends = Array.from({ length: reader.varuint(ENDS_A_FRAME) }, () => ({
        id: bytesToHex(reader.raw(32)),
        tag: bytesToHex(reader.raw(TAG_BYTES)),
        seq: reader.varuint(),
      }))
      return { type, topic, isReply: (flags & 1) === 1, more: (flags & 2) === 2, ends }
    }
    case 'run':
      return { type, topic, run: reader.rest() }
    case 'ask-keys': {
      const who = bytesToHex(reader.raw(32))
      const count = reader.varuint(MAX_EPOCHS)
      const keyIds = Array.from({ length: count }, () => bytesToHex(reader.raw(KEY_ID_BYTES)))
      return { type, topic, who, keyIds }
    }
    case 'keys':
      return { type, topic, envelope: reader.rest() }
    case 'genesis':
      return { type, topic, genesis: reader.rest() }
    case 'presence':
      if (reader.remaining > MAX_PRESENCE_BYTES) throw new WireError('WIRE_LIMIT', 'presence')
      return { type, topic, bytes: reader.rest() }
    case 'done':
    case 'ask-genesis':
      return { type, topic }
    default:
      throw new WireError('WIRE_MALFORMED', 'no such frame')
  }
}
