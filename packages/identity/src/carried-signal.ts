import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter, type Signal } from '@pigeon/transport'
import { type LinkRefusal, MAX_CODE_BYTES, toRefusal } from './link-refusal.ts'

/** The longest description that is sealed, characters: twice as many in hex still go through a hub. */
const MAX_SDP_BYTES: number = 15 * 1024

const MAX_CANDIDATE_BYTES = 440
const MAX_NAME_BYTES = 64
const NOTHING = 255
const TYPES: readonly Signal['type'][] = ['offer', 'answer', 'candidate']
const FORM = /^(exchange|sealed|refused):((?:[0-9a-f]{2}){1,16384})$/

/** What a signal of a network with a password or a secret carries instead of a description. */
export interface Carried {
  readonly type: Signal['type']
  readonly connection: string
  /** A message of a password exchange, a signal that is sealed, or why the sender gives up. */
  readonly kind: 'exchange' | 'sealed' | 'refused'
  readonly bytes: Uint8Array
}

/** A signal as others see it: which attempt it is of, and nothing more. */
export function carry({ type, connection, kind, bytes }: Carried): Signal {
  const text = `${kind}:${bytesToHex(bytes)}`
  return type === 'candidate'
    ? { type, connection, candidate: text, sdpMid: null, sdpMLineIndex: null }
    : { type, connection, sdp: text }
}

/** Reads what came, whatever it is. */
export function readCarried(value: unknown): Carried | undefined {
  try {
    const { type, connection, sdp, candidate } = value as Record<string, unknown>
    const text = type === 'candidate' ? candidate : sdp
    if (typeof connection !== 'string' || !/^[0-9a-f]{16,64}$/.test(connection)) return undefined
    if (typeof text !== 'string' || !TYPES.includes(type as Signal['type'])) return undefined
    const [, kind, hex] = FORM.exec(text) ?? []
    if (kind === undefined || hex === undefined) return undefined
    const bytes = hexToBytes(hex)
    return { type: type as Signal['type'], connection, kind: kind as Carried['kind'], bytes }
  } catch {
    return undefined // Nothing, or a getter that throws.
  }
}

/** @returns `undefined` for a signal that is too long to be sealed */
export function encodeInner(signal: Signal): Uint8Array | undefined {
  const { type, connection } = signal
  const writer = new ByteWriter(512).u8(TYPES.indexOf(type)).text(connection)
  if (signal.type !== 'candidate') {
    return signal.sdp.length > MAX_SDP_BYTES ? undefined : writer.text(signal.sdp).finish()
  }
  const { candidate, sdpMid, sdpMLineIndex } = signal
  if (candidate.length + (sdpMid?.length ?? 0) > MAX_CANDIDATE_BYTES) return undefined
  writer
    .text(candidate)
    .u8(sdpMLineIndex ?? NOTHING)
    .u8(sdpMid === null ? 0 : 1)
  return writer.text(sdpMid ?? '').finish()
}

/** @returns `undefined` for bytes that are no signal; the link it is for looks at what it says */
export function decodeInner(bytes: Uint8Array): Signal | undefined {
  try {
    const reader = new ByteReader(bytes)
    const type = TYPES[reader.u8()]
    const connection = reader.text(MAX_NAME_BYTES)
    if (type === undefined) return undefined
    if (type !== 'candidate') {
      const sdp = reader.text(2 * MAX_SDP_BYTES)
      reader.end()
      return { type, connection, sdp }
    }
    const candidate = reader.text(2 * MAX_CANDIDATE_BYTES)
    const index = reader.u8()
    const hasMid = reader.u8() === 1
    const mid = reader.text(2 * MAX_CANDIDATE_BYTES)
    reader.end()
    const sdpMLineIndex = index === NOTHING ? null : index
    return { type, connection, candidate, sdpMid: hasMid ? mid : null, sdpMLineIndex }
  } catch {
    return undefined
  }
}

export function encodeCode(code: LinkRefusal): Uint8Array {
  return new ByteWriter(MAX_CODE_BYTES + 1).text(code).finish()
}

/** @returns `undefined` for bytes that are no code */
export function decodeCode(bytes: Uint8Array): LinkRefusal | undefined {
  try {
    return toRefusal(new ByteReader(bytes).text(MAX_CODE_BYTES))
  } catch {
    return undefined
  }
}
