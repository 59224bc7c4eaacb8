import { ByteReader, ByteWriter } from '@pigeon/transport'
import { type LinkRefusal, MAX_CODE_BYTES, toRefusal } from './link-refusal.ts'

const READY = 3
const REFUSE = 4
const TALK = 5

/** The largest message of an `authorize` hook to the other side's, bytes. */
export const MAX_TALK_BYTES: number = 16 * 1024

/** What the two ends say to each other between the proof and the opening of a link. */
export type AdmissionFrame =
  /** The sender takes the link: it waits for the other side alone. */
  | { readonly type: 'ready' }
  /** The sender does not, and closes it. */
  | { readonly type: 'refuse'; readonly code: LinkRefusal }
  /** From one side's hook to the other's. */
  | { readonly type: 'talk'; readonly bytes: Uint8Array }

export function encodeReady(): Uint8Array {
  return Uint8Array.of(READY)
}

export function encodeRefuse(code: LinkRefusal): Uint8Array {
  return new ByteWriter(1 + MAX_CODE_BYTES).u8(REFUSE).text(code).finish()
}

export function encodeTalk(bytes: Uint8Array): Uint8Array {
  return new ByteWriter(1 + bytes.length).u8(TALK).raw(bytes).finish()
}

/** Whether these bytes, whatever else they are, are no part of the proof itself. */
export function isAdmissionFrame(bytes: Uint8Array): boolean {
  const [type] = bytes
  return type === READY || type === REFUSE || type === TALK
}

/** @returns `undefined` for bytes that are no such frame */
export function readAdmissionFrame(bytes: Uint8Array): AdmissionFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    const type = reader.u8()
    if (type === TALK && bytes.length <= 1 + MAX_TALK_BYTES) {
      return { type: 'talk', bytes: bytes.slice(1) }
    }
    if (type !== READY && type !== REFUSE) return undefined
    const code = type === REFUSE ? toRefusal(reader.text(MAX_CODE_BYTES)) : undefined
    reader.end()
    return code === undefined ? { type: 'ready' } : { type: 'refuse', code }
  } catch {
    return undefined
  }
}
