import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Card, readCards, readIds, writeCards, writeIds } from './cards.ts'
import { REQUEST_BYTES, requestName, writeRequest } from './route-frames.ts'

const LINKS = 1
const FOURS = 2
const ALARM = 3
const NEED = 4
const NEEDED = 5

/** Deaths told in one frame. */
export const MAX_DEATHS = 16

/** Peers an alarm may come through. */
export const MAX_ALARM_PATH = 32

/** The step of an alarm's age on the wire, ms. */
const ALARM_STEP_MS = 100

/** Why a peer wants to keep a link: not at all; its other end is the next on the ring; the next it can link with. */
export type Need = 'none' | 'ring' | 'skip'

const NEEDS: readonly Need[] = ['none', 'ring', 'skip']

/** What neighbours tell each other. */
export type NeighbourFrame =
  /** Whom I am linked with, how many more I take, and who is dead for all I know. */
  | {
      readonly kind: 'links'
      readonly free: number
      readonly links: readonly Card[]
      /** `ageMs` since they died; `free` means nothing. */
      readonly dead: readonly Card[]
    }
  /** Who is next to me on the ring; `ask` wants the same in return. */
  | { readonly kind: 'fours'; readonly ask: boolean; readonly cards: readonly Card[] }
  /** Somebody at the end of `path` knows parts of the ring that nobody here does: look there. */
  | {
      readonly kind: 'alarm'
      readonly name: string
      readonly ageMs: number
      readonly path: readonly PeerId[]
    }
  /** I have too many links: do you need this one? */
  | { readonly kind: 'need' }
  /** The answer, and how many links the one that answers has. */
  | { readonly kind: 'needed'; readonly need: Need; readonly links: number }

export function encodeNeighbourFrame(frame: NeighbourFrame): Uint8Array {
  switch (frame.kind) {
    case 'links': {
      const writer = new ByteWriter(64 + frame.links.length * 22).u8(LINKS).u8(frame.free)
      return writeCards(writeCards(writer, frame.links), frame.dead.slice(0, MAX_DEATHS)).finish()
    }
    case 'fours':
      return writeCards(new ByteWriter(200).u8(FOURS).u8(frame.ask ? 1 : 0), frame.cards).finish()
    case 'alarm': {
      const writer = writeRequest(new ByteWriter(64).u8(ALARM), frame.name)
      return writeIds(writer.u8(Math.ceil(frame.ageMs / ALARM_STEP_MS)), frame.path).finish()
    }
    case 'need':
      return Uint8Array.of(NEED)
    case 'needed':
      return Uint8Array.of(NEEDED, NEEDS.indexOf(frame.need), Math.min(255, frame.links))
  }
}

/** @returns undefined for bytes that are no frame of this version */
export function decodeNeighbourFrame(bytes: Uint8Array): NeighbourFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    const frame = read(reader)
    reader.end()
    return frame
  } catch {
    return undefined
  }
}

function read(reader: ByteReader): NeighbourFrame | undefined {
  switch (reader.u8()) {
    case LINKS: {
      const free = reader.u8()
      return { kind: 'links', free, links: readCards(reader), dead: readCards(reader) }
    }
    case FOURS:
      return { kind: 'fours', ask: reader.u8() === 1, cards: readCards(reader) }
    case ALARM: {
      const name = requestName(reader.raw(REQUEST_BYTES))
      const ageMs = reader.u8() * ALARM_STEP_MS
      return { kind: 'alarm', name, ageMs, path: readIds(reader, MAX_ALARM_PATH) }
    }
    case NEED:
      return { kind: 'need' }
    case NEEDED: {
      const need = NEEDS[reader.u8()]
      return need && { kind: 'needed', need, links: reader.u8() }
    }
    default:
      return undefined
  }
}
