import { decodeSignal, encodeSignal } from '@pigeon/signaling-protocol'
import { ByteReader, ByteWriter, type Signal } from '@pigeon/transport'
import { type Card, readCards, writeCards } from './cards.ts'

const SIGNALS = 1
const REFUSE = 2
const ASK = 3
const OK = 4
const NO = 5

/** Signals in one message. */
export const MAX_SIGNALS = 16

/** The longest signal, bytes. */
const MAX_SIGNAL_BYTES = 68 * 1024

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
  /** Belong to a link that is being made or renegotiated, in order. */
  | { readonly kind: 'signals'; readonly signals: readonly Signal[] }
  /** There is no room for the link that the offer of this name asked for. */
  | { readonly kind: 'refuse'; readonly connection: string }
  /** Does the other take a link? It then offers. With the asking peer's next ones on the ring. */
  | { readonly kind: 'ask'; readonly why: Reason; readonly cards: readonly Card[] }
  /** The answer if it is no offer: `ok` keeps a place for the other's offer. With the answering peer's next ones. */
  | { readonly kind: 'ok' | 'no'; readonly cards: readonly Card[] }

export function encodeMessage(message: MeshMessage): Uint8Array {
  const writer = new ByteWriter(256)
  switch (message.kind) {
    case 'signals':
      writer.u8(SIGNALS)
      for (const signal of message.signals) writer.bytes(encodeSignal(signal))
      return writer.finish()
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
    const message = read(kind, reader)
    reader.end()
    return message
  } catch {
    return undefined
  }
}

function read(kind: number, reader: ByteReader): MeshMessage | undefined {
  if (kind === SIGNALS) return readSignals(reader)
  if (kind === REFUSE) return { kind: 'refuse', connection: reader.text(MAX_CONNECTION_BYTES) }
  if (kind === ASK) {
    const why = REASONS[reader.u8()]
    return why && { kind: 'ask', why, cards: readCards(reader) }
  }
  if (kind === OK) return { kind: 'ok', cards: readCards(reader) }
  return kind === NO ? { kind: 'no', cards: readCards(reader) } : undefined
}

/** Those that make no sense are left out. */
function readSignals(reader: ByteReader): MeshMessage | undefined {
  const signals: Signal[] = []
  for (let count = 0; reader.remaining > 0; count++) {
    if (count === MAX_SIGNALS) return undefined
    const signal = decodeSignal(reader.bytes(MAX_SIGNAL_BYTES))
    if (signal !== undefined) signals.push(signal)
  }
  return { kind: 'signals', signals }
}
