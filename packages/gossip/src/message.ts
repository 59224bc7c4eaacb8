import { type ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import { ID_BYTES, type PeerId } from '@pigeon/xor'

/** UTF-8 bytes of a topic. */
export const MAX_TOPIC_BYTES = 128

/** Bytes of what {@link GossipOptions.sign} returns: a key of 32 and a signature of 64 fit well. */
export const MAX_PROOF_BYTES = 256

/** Hops a message may be told to live; one byte on the wire. */
export const MAX_TTL = 255

/** What a validator says of a message: deliver and forward, drop, or drop and hold it against the sender. */
export type Verdict = 'accept' | 'ignore' | 'reject'

/**
 * What goes first where a link is congested: `high` waits in full for its turn, `normal` and `low`
 * are announced afterwards, `low` last.
 */
export type Priority = 'normal' | 'high' | 'low'

/** How to publish one message. */
export interface PublishOptions {
  /** How many hops it may go, 1 to 255. Default: the option of the same name of the instance. */
  ttl?: number
  /** Whether it records the ids of the peers it passes. Default false: it costs 20 bytes a hop. */
  tracePath?: boolean
  /** Default `normal`. */
  priority?: Priority
  /** Whether to count, in `report` events, the peers that got it. Default false. */
  report?: boolean
}

/** A message as it reaches the application. */
export interface GossipMessage {
  /** Unique in the network: author, epoch and number. */
  readonly id: string
  readonly topic: string
  /** Who published it; proved only where messages are signed. */
  readonly author: PeerId
  /** The neighbour that brought it. */
  readonly from: PeerId
  readonly payload: Uint8Array
  /** Links it passed: 1 at a neighbour of the author. */
  readonly hops: number
  /** Hops it may still go. */
  readonly ttl: number
  /** When the author sent it, ms since 1970, by a clock its neighbours agree with. */
  readonly timestamp: number
  /** The peers it passed, author first, if it was published with `tracePath`. */
  readonly path: readonly PeerId[] | undefined
}

/** What the author decided; the same at every hop, and what a proof covers. */
export interface Content {
  /** 20 bytes. */
  readonly author: Uint8Array
  /** Rises with each start of the author. */
  readonly epoch: number
  /** Counts the author's messages of one epoch from 1. */
  readonly sequence: number
  readonly timestamp: number
  readonly ttl: number
  readonly priority: Priority
  /** Whether the author wants to know how many got it. */
  readonly report: boolean
  readonly topic: string
  readonly payload: Uint8Array
}

const PRIORITIES: readonly Priority[] = ['normal', 'high', 'low']
const WANTS_REPORT = 4

export function encodeContent(content: Content): Uint8Array {
  const { payload, priority, report } = content
  return new ByteWriter(48 + MAX_TOPIC_BYTES + payload.length)
    .u8(PRIORITIES.indexOf(priority) | (report ? WANTS_REPORT : 0))
    .u8(content.ttl)
    .raw(content.author)
    .varuint(content.epoch)
    .varuint(content.sequence)
    .varuint(content.timestamp)
    .text(content.topic)
    .raw(payload)
    .finish()
}

/** @throws WireError if what is left of the bytes is no content of this version */
export function decodeContent(reader: ByteReader): Content {
  const flags = reader.u8()
  const priority = PRIORITIES[flags & 3]
  if (flags > 7 || priority === undefined) throw new WireError('WIRE_MALFORMED', 'unknown flags')
  return {
    priority,
    report: flags > 3,
    ttl: reader.u8(),
    author: reader.raw(ID_BYTES),
    epoch: reader.varuint(),
    sequence: reader.varuint(),
    timestamp: reader.varuint(),
    topic: reader.text(MAX_TOPIC_BYTES),
    payload: reader.rest(),
  }
}

/** Proof and content as they travel; a message's key is the hash of these bytes. */
export function encodeBody(proof: Uint8Array, content: Uint8Array): Uint8Array {
  return new ByteWriter(3 + proof.length + content.length).bytes(proof).raw(content).finish()
}

/** Bytes of a body beside its payload, at most. */
export const MAX_BODY_OVERHEAD: number = 32 + ID_BYTES + MAX_TOPIC_BYTES + MAX_PROOF_BYTES

/** The bytes a proof of a message vouches for. */
export function signedBytes(domain: string, content: Uint8Array): Uint8Array {
  return new ByteWriter(64 + domain.length + content.length)
    .text(`pigeon/gossip/1/${domain}`)
    .raw(content)
    .finish()
}
