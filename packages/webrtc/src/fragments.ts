import type { CloseReason } from '@pigeon/transport'

/** The first byte of every message on the data channel. */
export const Kind = {
  /** The rest, or all, of a frame. */
  last: 0,
  /** A piece of a frame; more follows. */
  more: 1,
  /** Whole small frames, each behind its length in two bytes, big-endian. */
  batch: 2,
  /** Nothing follows; one byte says why. */
  bye: 3,
  /** Answers a bye: all before it has arrived. */
  byeAck: 4,
  /** Wants a pong at once. */
  ping: 5,
  pong: 6,
  /**
   * What the sender can do: one byte of {@link Ability} bits, then the oldest and the newest version
   * of this format that it speaks, a byte each. The first message of each side.
   */
  hello: 7,
  /** As `last` and `more`, of a frame in the bulk lane. */
  bulkLast: 8,
  bulkMore: 9,
} as const

/** Bits of a hello; those of a later version are ignored. */
export const Ability = {
  /** ICE may be restarted. */
  iceRestart: 1,
  /** Bulk frames may come between the pieces of others, and loose ones on a channel of their own. */
  lanes: 2,
} as const

/** Versions of this format. */
export interface VersionRange {
  readonly oldest: number
  readonly newest: number
}

/** What this side speaks. */
const VERSIONS: VersionRange = { oldest: 1, newest: 1 }

/** Bytes in front of each frame of a batch. */
export const BATCH_HEADER_BYTES = 2

const REASONS: readonly CloseReason[] = ['bye', 'evicted', 'rejected', 'failed']

/** What arrived in one message, or `undefined` if it makes no sense. */
export type Fragment =
  | {
      readonly kind: 'piece'
      readonly lane: 'prompt' | 'bulk'
      readonly bytes: Uint8Array
      readonly last: boolean
    }
  | { readonly kind: 'batch'; readonly frames: readonly Uint8Array[] }
  | { readonly kind: 'bye'; readonly reason: CloseReason }
  | { readonly kind: 'hello'; readonly abilities: number; readonly versions: VersionRange }
  | { readonly kind: 'byeAck' | 'ping' | 'pong' }

/** A fragment that says no more than its kind. */
export function control(kind: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(kind)
}

/** The farewell for `reason`; what is `local` here is `bye` there, and a `timeout` is `failed`. */
export function bye(reason: CloseReason): Uint8Array<ArrayBuffer> {
  const there = reason === 'timeout' ? 'failed' : reason
  return Uint8Array.of(Kind.bye, Math.max(REASONS.indexOf(there), 0))
}

/** Says what this side can do, {@link Ability} bits. */
export function hello(abilities: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(Kind.hello, abilities, VERSIONS.oldest, VERSIONS.newest)
}

/** Whether this side speaks one of `versions`. */
export function isSpoken({ oldest, newest }: VersionRange): boolean {
  return oldest <= VERSIONS.newest && newest >= VERSIONS.oldest
}

/** A piece of a frame, of the kind of its lane. */
export function piece(bytes: Uint8Array, kind: number): Uint8Array<ArrayBuffer> {
  const fragment = new Uint8Array(1 + bytes.length)
  fragment[0] = kind
  fragment.set(bytes, 1)
  return fragment
}

/** Whole frames in one message; each shorter than 64 KiB. */
export function batch(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let size = 1
  for (const frame of frames) size += BATCH_HEADER_BYTES + frame.length
  const fragment = new Uint8Array(size)
  fragment[0] = Kind.batch
  let at = 1
  for (const frame of frames) {
    fragment[at] = frame.length >> 8
    fragment[at + 1] = frame.length
    fragment.set(frame, at + BATCH_HEADER_BYTES)
    at += BATCH_HEADER_BYTES + frame.length
  }
  return fragment
}

/**
 * Reads one message.
 * @param data what came; an engine may hand over an ArrayBuffer, a view, or text, which makes no
 * sense here
 * @returns never throws; the frames of a batch are copies, a piece is a view
 */
export function readFragment(data: unknown): Fragment | undefined {
  const message = toBytes(data)
  switch (message?.[0]) {
    case Kind.last:
    case Kind.more:
    case Kind.bulkLast:
    case Kind.bulkMore:
      return readPiece(message)
    case Kind.batch:
      return readBatch(message)
    case Kind.bye:
      // A reason of a later version is still a goodbye.
      return { kind: 'bye', reason: REASONS[message[1] ?? 0] ?? 'bye' }
    case Kind.byeAck:
      return { kind: 'byeAck' }
    case Kind.ping:
      return { kind: 'ping' }
    case Kind.pong:
      return { kind: 'pong' }
    case Kind.hello:
      return readHello(message)
    default:
      return undefined
  }
}

function readPiece(message: Uint8Array): Fragment | undefined {
  const [kind] = message
  const last = kind === Kind.last || kind === Kind.bulkLast
  // An empty piece would let the sender keep us busy for nothing.
  if (!last && message.length < 2) return undefined
  const lane = kind === Kind.bulkLast || kind === Kind.bulkMore ? 'bulk' : 'prompt'
  return { kind: 'piece', lane, bytes: message.subarray(1), last }
}

/** Whoever says no version speaks the first one; what a later version adds is ignored. */
function readHello([, abilities = 0, oldest = 1, newest = oldest]: Uint8Array): Fragment {
  return { kind: 'hello', abilities, versions: { oldest, newest } }
}

function toBytes(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  if (!ArrayBuffer.isView(data)) return undefined
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function readBatch(message: Uint8Array): Fragment | undefined {
  const frames: Uint8Array[] = []
  let at = 1
  while (at < message.length) {
    const low = message[at + 1]
    if (low === undefined) return undefined
    const start = at + BATCH_HEADER_BYTES
    const end = start + ((message[at] as number) << 8) + low
    if (end > message.length) return undefined
    frames.push(message.slice(start, end))
    at = end
  }
  return { kind: 'batch', frames }
}
