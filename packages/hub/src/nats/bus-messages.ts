import { sha256 } from '@noble/hashes/sha2.js'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { bytesFromHex, hexFromBytes } from '../hex.ts'

/** Types of message on a bus, in the order of their bytes, from 1. */
const TYPES = ['beat', 'hello', 'reply', 'confirm', 'frame'] as const

/** The longest greeting, bytes. */
const MAX_GREETING_BYTES = 1024

/** Bytes of a session's name. */
const SESSION_NAME_BYTES = 8

/** Bytes of a `frame` besides what is sealed: type, sender, name of the session and number. */
export const FRAME_HEADER_BYTES = 37

/** Bytes of a `beat` that its proof is over: type, sender and time. */
const BEAT_BYTES = 29

/** What one hub says to all, or to one other, on a bus. */
export type BusMessage =
  | {
      readonly type: 'beat'
      readonly from: PeerId
      readonly at: number
      readonly proof: Uint8Array
    }
  | {
      readonly type: 'hello' | 'reply'
      readonly from: PeerId
      /** A greeting. */
      readonly said: Uint8Array
      readonly proof: Uint8Array
    }
  | { readonly type: 'confirm'; readonly from: PeerId; readonly proof: Uint8Array }
  | {
      readonly type: 'frame'
      readonly from: PeerId
      /** 16 hex characters. */
      readonly session: string
      readonly number: number
      readonly sealed: Uint8Array
    }

/** By which the frames of a session are known. @param transcript what both sides said before it */
export function sessionName(transcript: Uint8Array): string {
  return hexFromBytes(sha256(transcript).subarray(0, SESSION_NAME_BYTES))
}

/** What the proof of a beat is over. */
export function beatBytes(from: PeerId, at: number): Uint8Array {
  return new ByteWriter(BEAT_BYTES).u8(1).id(from).u64(at).finish()
}

export function encodeBusMessage(message: BusMessage): Uint8Array {
  const { type, from } = message
  const size = message.type === 'frame' ? FRAME_HEADER_BYTES + message.sealed.length : 256
  const writer = new ByteWriter(size).u8(TYPES.indexOf(type) + 1).id(from)
  switch (message.type) {
    case 'beat':
      return writer.u64(message.at).raw(message.proof).finish()
    case 'hello':
    case 'reply':
      return writer.bytes(message.said).raw(message.proof).finish()
    case 'confirm':
      return writer.raw(message.proof).finish()
    case 'frame':
      writer.raw(bytesFromHex(message.session)).u64(message.number)
      return writer.raw(message.sealed).finish()
  }
}

/**
 * Everything in it is a copy.
 * @throws RangeError if it is none
 */
export function decodeBusMessage(bytes: Uint8Array): BusMessage {
  const reader = new ByteReader(new Uint8Array(bytes))
  const type = TYPES[reader.u8() - 1]
  const from = reader.id()
  switch (type) {
    case 'beat':
      return { type, from, at: reader.u64(), proof: reader.rest() }
    case 'hello':
    case 'reply':
      return { type, from, said: reader.bytes(MAX_GREETING_BYTES), proof: reader.rest() }
    case 'confirm':
      return { type, from, proof: reader.rest() }
    case 'frame': {
      const session = hexFromBytes(reader.raw(SESSION_NAME_BYTES))
      return { type, from, session, number: reader.u64(), sealed: reader.rest() }
    }
    default:
      throw new RangeError('no message of a bus')
  }
}
