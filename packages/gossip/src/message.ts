import { sha256 } from '@noble/hashes/sha2.js'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import { ID_BYTES, type PeerId } from '@pigeon/xor'

/** UTF-8 bytes of a topic. */
export const MAX_TOPIC_BYTES = 128

/** Bytes of what {@link GossipOptions.sign} returns: a key of 32 and a signature of 64 fit well. */
export const MAX_PROOF_BYTES = 256

/** Hops a message may be told to live; one byte on the wire. */
export const MAX_TTL = 255

/** Peers a recorded path may name. */
const MAX_PATH = 255

const VERSION = 1
const DATA = 1

/** Frames in front of which this is written are signed by nothing else. */
const SIGNED_PREFIX = 'pigeon/gossip/1'

/** What a validator says of a message: deliver and forward, drop, or drop and hold it against the sender. */
export type Verdict = 'accept' | 'ignore' | 'reject'

/** How to publish one message. */
export interface PublishOptions {
  /** How many hops it may go, 1 to 255. Default: the option of the same name of the instance. */
  ttl?: number
  /** Whether it records the ids of the peers it passes. Default false: it costs 20 bytes a hop. */
  tracePath?: boolean
}

/** A message as it reaches the application. */
export interface GossipMessage {
  /** Unique in the network: author, epoch and number. */
  readonly id: string
  readonly topic: string
  /** Who published it; proved only where messages are signed. */
  readonly author: PeerId
  /** The neighbour that brought it, or the author itself. */
  readonly from: PeerId
  readonly payload: Uint8Array
  /** Links it passed: 0 at its author, 1 at a neighbour of the author. */
  readonly hops: number
  /** Hops it may still go. */
  readonly ttl: number
  /** When the author sent it, by the author's clock, ms since 1970. */
  readonly timestamp: number
  /** The peers it passed, author first, if it was published with `tracePath`. */
  readonly path: readonly PeerId[] | undefined
}

/** What the author decided; the same at every hop, and what a signature covers. */
export interface Content {
  readonly author: PeerId
  /** Rises with each start of the author. */
  readonly epoch: number
  /** Counts the author's messages of one epoch from 1. */
  readonly sequence: number
  readonly timestamp: number
  readonly topic: string
  readonly payload: Uint8Array
}

/** A data frame. */
export interface DataFrame {
  readonly content: Content
  readonly proof: Uint8Array
  readonly hops: number
  readonly ttl: number
  readonly path: readonly PeerId[] | undefined
}

/** The id an application knows a message by. */
export function messageId({ author, epoch, sequence }: Content): string {
  return `${author}-${epoch.toString(36)}-${sequence.toString(36)}`
}

/** The bytes a proof vouches for. */
export function signedBytes(content: Content): Uint8Array {
  return writeContent(
    new ByteWriter(128 + content.payload.length).text(SIGNED_PREFIX),
    content,
  ).finish()
}

/**
 * What makes two frames the same message. It covers payload and proof, so that rubbish sent ahead
 * under an author's next number cannot keep out the real message.
 */
export function duplicateKey({ content, proof }: DataFrame): string {
  const { author, epoch, sequence, timestamp, topic } = content
  const digest = sha256(
    new ByteWriter(content.payload.length + proof.length + 64)
      .varuint(timestamp)
      .text(topic)
      .bytes(content.payload)
      .raw(proof)
      .finish(),
  )
  let text = ''
  for (let index = 0; index < 16; index++) text += String.fromCharCode(digest[index] as number)
  return `${author}${epoch},${sequence},${text}`
}

export function encodeData({ content, proof, hops, ttl, path }: DataFrame): Uint8Array {
  const writer = new ByteWriter(160 + content.payload.length)
    .u8(VERSION)
    .u8(DATA)
    .u8(ttl)
    .u8(hops)
    .u8(path === undefined ? 0 : 1)
  if (path !== undefined) {
    writer.u8(path.length)
    for (const id of path) writer.id(id)
  }
  return writeContent(writer.bytes(proof), content).finish()
}

/** @throws WireError if the bytes are no data frame of this version */
export function decodeData(frame: Uint8Array): DataFrame | undefined {
  const reader = new ByteReader(frame)
  if (reader.u8() !== VERSION || reader.u8() !== DATA) return undefined
  const ttl = reader.u8()
  const hops = reader.u8()
  const path = reader.u8() === 1 ? readPath(reader) : undefined
  const proof = reader.bytes(MAX_PROOF_BYTES)
  const author = reader.id()
  const epoch = reader.varuint()
  const sequence = reader.varuint()
  const timestamp = reader.varuint()
  const topic = reader.text(MAX_TOPIC_BYTES)
  const content = { author, epoch, sequence, timestamp, topic, payload: reader.rest() }
  return { content, proof, hops, ttl, path }
}

/** Bytes a data frame has beside its payload, at most. */
export const MAX_OVERHEAD_BYTES: number =
  64 + MAX_TOPIC_BYTES + MAX_PROOF_BYTES + MAX_PATH * ID_BYTES

function writeContent(writer: ByteWriter, content: Content): ByteWriter {
  return writer
    .id(content.author)
    .varuint(content.epoch)
    .varuint(content.sequence)
    .varuint(content.timestamp)
    .text(content.topic)
    .raw(content.payload)
}

function readPath(reader: ByteReader): PeerId[] {
  return Array.from({ length: reader.u8() }, () => reader.id())
}

/** The path one hop further; one that is full stays as it is. */
export function extendPath(
  path: readonly PeerId[] | undefined,
  self: PeerId,
): readonly PeerId[] | undefined {
  return path === undefined || path.length >= MAX_PATH ? path : [...path, self]
}
