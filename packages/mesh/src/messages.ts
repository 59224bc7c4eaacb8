import { decodeSignal, encodeSignal } from '@pigeon/signaling-protocol'
import { ByteReader, ByteWriter, type Signal } from '@pigeon/transport'
import { type Card, readCards, writeCards } from './cards.ts'

const SIGNAL = 1
const REFUSE = 2
const ASK = 3
const OK = 4
const NO = 5

/** Longest name of a connection attempt. */
const MAX_CONNECTION_BYTES = 64

/**
 * Why a peer wants a link: the other is next to it on the ring; is the next that it can link with;
 * fills a place; or its user wants it.
 */
export type Reason = 'ring' | 'skip' | 'fill' | 'user'

const REASONS: readonly Reason[] = ['ring', 'skip', 'fill', 'user']

/** What peers without a link tell each other, through a hub or over the mesh. */
export type MeshMessage =
  /** Belongs to a link that is being made or renegotiated. */
  | { readonly kind: 'signal'; readonly signal: Signal }
  /** There is no room for the link that the offer of this name asked for. */
  | { readonly kind: 'refuse'; readonly connection: string }
  /** May this peer dial? With the asking peer's next ones on the ring. */
  | { readonly kind: 'ask'; readonly why: Reason; readonly cards: readonly Card[] }
  /** The answer: `ok` keeps a place for seconds. With the answering peer's next ones. */
  | { readonly kind: 'ok' | 'no'; readonly cards: readonly Card[] }

export function encodeMessage(message: MeshMessage): Uint8Array {
  const writer = new ByteWriter(256)
  switch (message.kind) {
    case 'signal':
      return writer.u8(SIGNAL).raw(encodeSignal(message.signal)).finish()
    case 'refuse':
      return writer.u8(REFUSE).text(message.connection).finish()
    case 'ask':
      return writeCards(writer.u8(ASK).u8(REASONS.indexOf(message.why)), message.cards).finish()
    default:
      return writeCards(writer.u8(message.kind === 'ok' ? OK : NO), message.cards).finish()
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
    const message = read(kind, reader)
    reader.end()
    return message
  } catch {
    return undefined
  }
}

function read(kind: number, reader: ByteReader): MeshMessage | undefined {
  if (kind === REFUSE) return { kind: 'refuse', connection: reader.text(MAX_CONNECTION_BYTES) }
  if (kind === ASK) {
    const why = REASONS[reader.u8()]
    return why && { kind: 'ask', why, cards: readCards(reader) }
  }
  if (kind === OK) return { kind: 'ok', cards: readCards(reader) }
  return kind === NO ? { kind: 'no', cards: readCards(reader) } : undefined
}
