import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter } from '@pigeon/transport'

const VERSION = 1
const SIGNATURE_BYTES = 64
const LABEL = utf8ToBytes('pigeon/presence-sig/1')

/** What somebody says about now. */
export interface PresenceFrame {
  readonly author: string
  readonly session: number
  /** Larger in each frame of a session. */
  readonly counter: number
  /** Sealed in a private space; empty: gone. */
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

/** What is signed. */
export function signedPresence(
  space: string,
  { author, session, counter, body }: Omit<PresenceFrame, 'signature'>,
): Uint8Array {
  const head = new ByteWriter().u32(session).varuint(counter).finish()
  return concatBytes(LABEL, hexToBytes(space), hexToBytes(author), head, body)
}

export function encodePresence(frame: PresenceFrame): Uint8Array {
  return new ByteWriter(160 + frame.body.length)
    .u8(VERSION)
    .raw(hexToBytes(frame.author))
    .u32(frame.session)
    .varuint(frame.counter)
    .raw(frame.signature)
    .raw(frame.body)
    .finish()
}

/** `undefined` if it is none. */
export function readPresence(bytes: Uint8Array): PresenceFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    if (reader.u8() !== VERSION) return undefined
    const author = bytesToHex(reader.raw(32))
    const session = reader.u32()
    const counter = reader.varuint()
    const signature = reader.raw(SIGNATURE_BYTES)
    return { author, session, counter, signature, body: reader.rest() }
  } catch {
    return undefined
  }
}
