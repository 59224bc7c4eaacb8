import { decodeSignal, encodeSignal } from '@pigeon/signaling-protocol'
import { ByteReader, ByteWriter, type Signal } from '@pigeon/transport'

const SIGNAL = 1
const REFUSE = 2
const ASK = 3
const OK = 4
const NO = 5

/** Longest name of a connection attempt. */
const MAX_CONNECTION_BYTES = 64

/** What peers without a link tell each other through a hub. */
export type MeshMessage =
  /** Belongs to a link that is being made or renegotiated. */
  | { readonly kind: 'signal'; readonly signal: Signal }
  /** There is no room for the link that the offer of this name asked for. */
  | { readonly kind: 'refuse'; readonly connection: string }
  /** May this peer dial? Answered by `ok`, which keeps a place for seconds, or `no`. */
  | { readonly kind: 'ask' | 'ok' | 'no' }

const QUESTIONS = { ask: ASK, ok: OK, no: NO } as const

export function encodeMessage(message: MeshMessage): Uint8Array {
  const writer = new ByteWriter(512)
  switch (message.kind) {
    case 'signal':
      return writer.u8(SIGNAL).raw(encodeSignal(message.signal)).finish()
    case 'refuse':
      return writer.u8(REFUSE).text(message.connection).finish()
    default:
      return writer.u8(QUESTIONS[message.kind]).finish()
  }
}

/** @returns undefined for bytes that are no message */
export function decodeMessage(bytes: Uint8Array): MeshMessage | undefined {
  try {
    const reader = new ByteReader(bytes)
    const kind = reader.u8()
    if (kind === SIGNAL) {
      const signal = decodeSignal(reader.rest())
      return signal && { kind: 'signal', signal }
    }
    for (const question of ['ask', 'ok', 'no'] as const) {
      if (kind === QUESTIONS[question]) return { kind: question }
    }
    if (kind !== REFUSE) return undefined
    const connection = reader.text(MAX_CONNECTION_BYTES)
    reader.end()
    return { kind: 'refuse', connection }
  } catch {
    return undefined
  }
}
