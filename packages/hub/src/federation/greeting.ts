import { sha256 } from '@noble/hashes/sha2.js'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** The version of what hubs say to each other. */
export const HUB_LINK_VERSION = 1

/** Bytes of a nonce. */
export const GREETING_NONCE_BYTES = 32

/** Bytes of a whole greeting, at most. */
const MAX_GREETING_BYTES = 1024

/** What each hub says first on a link to another. */
export interface Greeting {
  readonly version: number
  readonly id: PeerId
  /** Which hubs belong together. */
  readonly namespace: string
  /** When it started, ms since the Unix epoch. */
  readonly incarnation: number
  readonly nonce: Uint8Array
  /** A key to agree on a session with, where the carrier is not trusted; else empty. */
  readonly sessionKey: Uint8Array
  /** Where it is reached, if it knows. */
  readonly url: string
  /** The port it listens on, for others to say where they see it; 0 for none. */
  readonly port: number
}

export function encodeGreeting(greeting: Greeting): Uint8Array {
  const { version, id, namespace, incarnation, nonce, sessionKey, url, port } = greeting
  const writer = new ByteWriter(256).u8(version).id(id).text(namespace).u64(incarnation)
  return writer.raw(nonce).bytes(sessionKey).text(url).u16(port).finish()
}

/** @returns `undefined` for what makes no sense; of another version no more than that is read */
export function decodeGreeting(
  bytes: Uint8Array,
): Greeting | { readonly version: number } | undefined {
  if (bytes.length > MAX_GREETING_BYTES) return undefined
  try {
    const reader = new ByteReader(bytes)
    const version = reader.u8()
    if (version !== HUB_LINK_VERSION) return { version }
    const [id, namespace, incarnation] = [reader.id(), reader.text(128), reader.u64()]
    const nonce = new Uint8Array(reader.raw(GREETING_NONCE_BYTES))
    const sessionKey = new Uint8Array(reader.bytes(32))
    return {
      version,
      id,
      namespace,
      incarnation,
      nonce,
      sessionKey,
      url: reader.text(512),
      port: reader.u16(),
    }
  } catch {
    return undefined
  }
}

/** What both sides prove that they said: all of it, in the order of their parts. */
export function greetingTranscript(dialler: Uint8Array, listener: Uint8Array): Uint8Array {
  return sha256(new ByteWriter(512).bytes(dialler).bytes(listener).finish())
}
