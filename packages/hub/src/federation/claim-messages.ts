import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_FEDERATED_BYTES } from '../v1/federated-name.ts'
import { type Claim, type Digest, readClaim, writeClaim } from './claim.ts'
import { MAX_DEPTH } from './places.ts'

const CHANGE = 1
const SUMMARY = 2
const PIECE = 3
const WANT = 4
const DEPTH = 5
const MOVED = 6

/** A part of a network: the members whose ids begin with `prefix`. */
export interface PlaceName {
  readonly network: string
  readonly prefix: string
}

/** What one line of a summary says of a place. */
export interface SummaryLine extends PlaceName {
  /** Digits that this hub divides the network by. */
  readonly depth: number
  readonly version: number
  readonly digest: Digest
  /** Members of the whole network at this hub. */
  readonly total: number
}

/** What home hubs and the keepers of places say to each other. */
export type ClaimMessage =
  | ({
      readonly type: 'change'
      readonly depth: number
      readonly incarnation: number
      readonly previous: number
      readonly version: number
      readonly isGone: boolean
      readonly claim: Claim
    } & PlaceName)
  | {
      readonly type: 'summary'
      readonly incarnation: number
      readonly lines: readonly SummaryLine[]
    }
  | ({
      readonly type: 'piece'
      readonly incarnation: number
      readonly version: number
      readonly isFirst: boolean
      readonly isLast: boolean
      readonly claims: readonly Claim[]
    } & PlaceName)
  /** Say all that you claim there. */
  | ({ readonly type: 'want' } & PlaceName)
  /** Divide the network by so many digits. */
  | { readonly type: 'depth'; readonly network: string; readonly depth: number }
  /** A member of yours proved its id elsewhere, later than with you. */
  | {
      readonly type: 'moved'
      readonly network: string
      readonly home: PeerId
      readonly claim: Claim
    }

export function encodeClaimMessage(message: ClaimMessage): Uint8Array {
  const writer = new ByteWriter(128)
  switch (message.type) {
    case 'change': {
      const { depth, incarnation, previous, version, isGone, claim } = message
      place(writer.u8(CHANGE), message)
        .u8(depth)
        .u64(incarnation)
        .varuint(previous)
        .varuint(version)
      writeClaim(writer.u8(isGone ? 1 : 0), claim)
      break
    }
    case 'summary':
      writer.u8(SUMMARY).u64(message.incarnation)
      for (const line of message.lines) {
        const { depth, version, digest, total } = line
        place(writer, line).u8(depth).varuint(version).u32(digest.a).u32(digest.b).varuint(total)
      }
      break
    case 'piece': {
      const { incarnation, version, isFirst, isLast, claims } = message
      place(writer.u8(PIECE), message).u64(incarnation).varuint(version)
      writer.u8((isFirst ? 1 : 0) | (isLast ? 2 : 0))
      for (const claim of claims) writeClaim(writer, claim)
      break
    }
    case 'want':
      place(writer.u8(WANT), message)
      break
    case 'depth':
      writer.u8(DEPTH).text(message.network).u8(message.depth)
      break
    case 'moved':
      writeClaim(writer.u8(MOVED).text(message.network).id(message.home), message.claim)
  }
  return writer.finish()
}

/** @returns `undefined` for what makes no sense */
export function decodeClaimMessage(bytes: Uint8Array): ClaimMessage | undefined {
  try {
    return read(new ByteReader(bytes))
  } catch {
    return undefined
  }
}

function read(reader: ByteReader): ClaimMessage | undefined {
  switch (reader.u8()) {
    case CHANGE: {
      const name = readPlace(reader)
      const [depth, incarnation, previous] = [reader.u8(), reader.u64(), reader.varuint()]
      const [version, isGone] = [reader.varuint(), reader.u8() === 1]
      const claim = readClaim(reader)
      return { type: 'change', ...name, depth, incarnation, previous, version, isGone, claim }
    }
    case SUMMARY: {
      const incarnation = reader.u64()
      const lines: SummaryLine[] = []
      while (reader.remaining > 0) {
        const name = readPlace(reader)
        const [depth, version] = [reader.u8(), reader.varuint()]
        const digest = { a: reader.u32(), b: reader.u32() }
        lines.push({ ...name, depth, version, digest, total: reader.varuint() })
      }
      return { type: 'summary', incarnation, lines }
    }
    case PIECE: {
      const name = readPlace(reader)
      const [incarnation, version, flags] = [reader.u64(), reader.varuint(), reader.u8()]
      const claims: Claim[] = []
      while (reader.remaining > 0) claims.push(readClaim(reader))
      const [isFirst, isLast] = [(flags & 1) > 0, (flags & 2) > 0]
      return { type: 'piece', ...name, incarnation, version, isFirst, isLast, claims }
    }
    case WANT:
      return { type: 'want', ...readPlace(reader) }
    case DEPTH:
      return {
        type: 'depth',
        network: reader.text(MAX_FEDERATED_BYTES),
        depth: Math.min(reader.u8(), MAX_DEPTH),
      }
    case MOVED:
      return {
        type: 'moved',
        network: reader.text(MAX_FEDERATED_BYTES),
        home: reader.id(),
        claim: readClaim(reader),
      }
    default:
      return undefined
  }
}

function place(writer: ByteWriter, { network, prefix }: PlaceName): ByteWriter {
  return writer.text(network).text(prefix)
}

function readPlace(reader: ByteReader): PlaceName {
  return { network: reader.text(MAX_FEDERATED_BYTES), prefix: reader.text(MAX_DEPTH) }
}
