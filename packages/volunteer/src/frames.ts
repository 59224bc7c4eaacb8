import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { FAILURES, type FailureReason } from './failure.ts'
import type { CodeHash, JobId } from './ids.ts'
import { Kind } from './kind.ts'

const JOB_BYTES = 16
const HASH_BYTES = 32

/** Bytes of a name, and of a text. */
export const NAME_BYTES = 64
export const TEXT_BYTES = 256

/** Bytes of an author's public key and signature. */
const AUTHOR_BYTES = 64
const SIGNATURE_BYTES = 128

/** Workers that a task names at most as not wanted. */
export const AVOID_LIMIT = 8

/** The largest limit that is understood. */
export const WANT_LIMIT = 65_535

/** What a job says of itself. */
export interface Offer {
  readonly job: JobId
  /** The node that wants it done. */
  readonly submitter: PeerId
  readonly hash: CodeHash
  readonly codeBytes: number
  /** How long one task may be computed, ms. */
  readonly timeoutMs: number
  /** Who asks, in their own words. */
  readonly who: string
  /** What it is about, in their own words. */
  readonly what: string
  /** The public key of the code's author; empty if nobody signed it. */
  readonly author: Uint8Array
  /** The author's signature of the hash. */
  readonly signature: Uint8Array
}

/** What goes from node to node. */
export type Frame =
  | { readonly kind: 'announce'; readonly seq: number; readonly offer: Offer }
  | { readonly kind: 'end'; readonly job: JobId }
  | { readonly kind: 'want'; readonly job: JobId; readonly limit: number }
  | {
      readonly kind: 'task'
      readonly job: JobId
      readonly attempt: number
      readonly avoid: readonly PeerId[]
      readonly payload: Uint8Array
    }
  | {
      readonly kind: 'result'
      readonly job: JobId
      readonly attempt: number
      readonly worker: PeerId
      readonly payload: Uint8Array
    }
  | {
      readonly kind: 'failed'
      readonly job: JobId
      readonly attempt: number
      readonly worker: PeerId
      readonly reason: FailureReason
      readonly text: string
    }
  | { readonly kind: 'cancel'; readonly job: JobId; readonly attempt: number }
  | { readonly kind: 'need'; readonly hash: CodeHash }
  | { readonly kind: 'code'; readonly hash: CodeHash; readonly code: Uint8Array }
  | { readonly kind: 'probe' | 'echo'; readonly stamp: number }

const begin = (kind: number, job: JobId, more: number): ByteWriter =>
  new ByteWriter(1 + JOB_BYTES + more).u8(kind).raw(hexToBytes(job))

export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.kind) {
    case 'announce': {
      const { job, submitter, hash, codeBytes, timeoutMs, who, what, author, signature } =
        frame.offer
      return begin(Kind.announce, job, 256)
        .u32(frame.seq)
        .id(submitter)
        .raw(hexToBytes(hash))
        .varuint(codeBytes)
        .varuint(timeoutMs)
        .text(who)
        .text(what)
        .bytes(author)
        .bytes(signature)
        .finish()
    }
    case 'end':
      return begin(Kind.end, frame.job, 0).finish()
    case 'want':
      return begin(Kind.want, frame.job, 2).u16(frame.limit).finish()
    case 'task': {
      const { job, attempt, avoid, payload } = frame
      const writer = begin(Kind.task, job, 9 + 20 * avoid.length + payload.length)
      writer.u64(attempt).u8(avoid.length)
      for (const id of avoid) writer.id(id)
      return writer.raw(payload).finish()
    }
    case 'result': {
      const { job, attempt, worker, payload } = frame
      return begin(Kind.result, job, 28 + payload.length)
        .u64(attempt)
        .id(worker)
        .raw(payload)
        .finish()
    }
    case 'failed': {
      const { job, attempt, worker, reason, text } = frame
      return begin(Kind.failed, job, 64)
        .u64(attempt)
        .id(worker)
        .u8(FAILURES.indexOf(reason))
        .text(text)
        .finish()
    }
    case 'cancel':
      return begin(Kind.cancel, frame.job, 8).u64(frame.attempt).finish()
    case 'need':
      return new ByteWriter(1 + HASH_BYTES).u8(Kind.need).raw(hexToBytes(frame.hash)).finish()
    case 'code':
      return new ByteWriter(1 + HASH_BYTES + frame.code.length)
        .u8(Kind.code)
        .raw(hexToBytes(frame.hash))
        .raw(frame.code)
        .finish()
    case 'probe':
    case 'echo':
      return new ByteWriter(9).u8(Kind[frame.kind]).u64(frame.stamp).finish()
  }
}

/** @throws WireError */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new ByteReader(bytes)
  const frame = read(reader)
  reader.end()
  return frame
}

function read(reader: ByteReader): Frame {
  const kind = reader.u8()
  switch (kind) {
    case Kind.announce:
      return readAnnounce(reader)
    case Kind.end:
      return { kind: 'end', job: readJob(reader) }
    case Kind.want:
      return { kind: 'want', job: readJob(reader), limit: reader.u16() }
    case Kind.task: {
      const [job, attempt, count] = [readJob(reader), reader.u64(), reader.u8()]
      if (count > AVOID_LIMIT) throw new WireError('WIRE_LIMIT', `${count} workers to avoid`)
      const avoid = Array.from({ length: count }, () => reader.id())
      return { kind: 'task', job, attempt, avoid, payload: reader.rest() }
    }
    case Kind.result: {
      const [job, attempt, worker] = [readJob(reader), reader.u64(), reader.id()]
      return { kind: 'result', job, attempt, worker, payload: reader.rest() }
    }
    case Kind.failed: {
      const [job, attempt, worker] = [readJob(reader), reader.u64(), reader.id()]
      const reason = FAILURES[reader.u8()]
      if (reason === undefined) throw new WireError('WIRE_MALFORMED', 'no such reason')
      return { kind: 'failed', job, attempt, worker, reason, text: reader.text(TEXT_BYTES) }
    }
    case Kind.cancel:
      return { kind: 'cancel', job: readJob(reader), attempt: reader.u64() }
    case Kind.need:
      return { kind: 'need', hash: readHash(reader) }
    case Kind.code:
      return { kind: 'code', hash: readHash(reader), code: reader.rest() }
    case Kind.probe:
      return { kind: 'probe', stamp: reader.u64() }
    case Kind.echo:
      return { kind: 'echo', stamp: reader.u64() }
    default:
      throw new WireError('WIRE_MALFORMED', `no frame ${kind}`)
  }
}

function readAnnounce(reader: ByteReader): Frame {
  const job = readJob(reader)
  const seq = reader.u32()
  const offer: Offer = {
    job,
    submitter: reader.id(),
    hash: readHash(reader),
    codeBytes: reader.varuint(2 ** 32),
    timeoutMs: reader.varuint(2 ** 31),
    who: reader.text(NAME_BYTES),
    what: reader.text(TEXT_BYTES),
    author: reader.bytes(AUTHOR_BYTES).slice(),
    signature: reader.bytes(SIGNATURE_BYTES).slice(),
  }
  return { kind: 'announce', seq, offer }
}

const readJob = (reader: ByteReader): JobId => bytesToHex(reader.raw(JOB_BYTES)) as JobId
const readHash = (reader: ByteReader): CodeHash => bytesToHex(reader.raw(HASH_BYTES)) as CodeHash

/** As much of a text as fits a frame. */
export function clip(text: string, maxBytes: number): string {
  // Four bytes a character at most; never half of a surrogate pair.
  let clipped = text.slice(0, maxBytes)
  while (byteLength(clipped) > maxBytes) clipped = [...clipped].slice(0, -1).join('')
  return clipped
}

function byteLength(text: string): number {
  return new ByteWriter().text(text).length - 1
}
