import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { type ByteReader, type ByteWriter, WireError } from '@pigeon/transport'
import { ROLES, type Role } from '../authority/role.ts'
import type { Act } from '../authority/statement.ts'
import { type Epoch, readEpoch, writeEpoch } from './epoch-format.ts'
import { ID_BYTES, MAX_ENTRY_BYTES } from './limits.ts'

/** What a space is, once and for all. */
export interface Genesis {
  readonly kind: 'genesis'
  /** Content is sealed for members. */
  readonly isPrivate: boolean
  /** `value` is all there will ever be. */
  readonly isFrozen: boolean
  /** 16 random bytes: two spaces of one creator are never the same. */
  readonly nonce: Uint8Array
  /** The creator's X25519 key. */
  readonly receivingKey: Uint8Array
  /** Whose updates its documents take, such as `yjs/13`. */
  readonly engine: string
  readonly epoch: Epoch | undefined
  /** Of a frozen space, sealed if it is private. */
  readonly value: Uint8Array
}

/** What an entry says. */
export type Content =
  | Genesis
  | {
      readonly kind: 'grant'
      readonly who: string
      readonly receivingKey: Uint8Array
      readonly role: Role
      /** The open epochs' keys, sealed to `receivingKey`; empty if there are none. */
      readonly envelope: Uint8Array
    }
  | {
      readonly kind: 'revoke'
      readonly who: string
      readonly leave: Role | undefined
      readonly receivingKey: Uint8Array | undefined
      readonly epoch: Epoch | undefined
    }
  | { readonly kind: 'rotate'; readonly epoch: Epoch }
  | {
      readonly kind: 'data' | 'snapshot' | 'attest'
      /** None if a snapshot took its place. */
      readonly body: Uint8Array | undefined
    }

/** The kinds in the order of their numbers on the wire. */
export const KINDS: readonly Content['kind'][] = [
  'genesis',
  'grant',
  'revoke',
  'rotate',
  'data',
  'snapshot',
  'attest',
]

const MAX_ENGINE_BYTES = 32
const MAX_ENVELOPE_BYTES = 1024

/** Writes a content behind its kind. */
export function writeContent(writer: ByteWriter, content: Content): void {
  switch (content.kind) {
    case 'genesis':
      writer.u8((content.isPrivate ? 1 : 0) | (content.isFrozen ? 2 : 0))
      writer.raw(content.nonce).raw(content.receivingKey).text(content.engine)
      if (content.epoch !== undefined) writeEpoch(writer, content.epoch)
      writer.raw(content.value)
      return
    case 'grant':
      writer.raw(hexToBytes(content.who)).raw(content.receivingKey)
      writer.u8(ROLES.indexOf(content.role)).bytes(content.envelope)
      return
    case 'revoke':
      writer.raw(hexToBytes(content.who))
      writer.u8(content.leave === undefined ? 0 : ROLES.indexOf(content.leave) + 1)
      if (content.receivingKey !== undefined) writer.raw(content.receivingKey)
      writer.u8(content.epoch === undefined ? 0 : 1)
      if (content.epoch !== undefined) writeEpoch(writer, content.epoch)
      return
    case 'rotate':
      writeEpoch(writer, content.epoch)
      return
    default:
      if (content.body === undefined) throw new RangeError('the body was dropped')
      writer.raw(content.body)
  }
}

/** Reads a content of a kind to the end. */
export function readContent(kind: Content['kind'], reader: ByteReader): Content {
  const content = read(kind, reader)
  reader.end()
  return content
}

function read(kind: Content['kind'], reader: ByteReader): Content {
  switch (kind) {
    case 'genesis': {
      const flags = reader.u8()
      if (flags > 3) throw new WireError('WIRE_MALFORMED', `flags ${flags}`)
      const isPrivate = (flags & 1) !== 0
      return {
        kind,
        isPrivate,
        isFrozen: (flags & 2) !== 0,
        nonce: reader.raw(16),
        receivingKey: reader.raw(32),
        engine: reader.text(MAX_ENGINE_BYTES),
        epoch: isPrivate ? readEpoch(reader) : undefined,
        value: reader.rest(),
      }
    }
    case 'grant':
      return {
        kind,
        who: bytesToHex(reader.raw(ID_BYTES)),
        receivingKey: reader.raw(32),
        role: roleOf(reader.u8()),
        envelope: reader.bytes(MAX_ENVELOPE_BYTES),
      }
    case 'revoke': {
      const who = bytesToHex(reader.raw(ID_BYTES))
      const role = reader.u8()
      const leave = role === 0 ? undefined : roleOf(role - 1)
      const receivingKey = leave === undefined ? undefined : reader.raw(32)
      return { kind, who, leave, receivingKey, epoch: flag(reader) ? readEpoch(reader) : undefined }
    }
    case 'rotate':
      return { kind, epoch: readEpoch(reader) }
    default:
      if (reader.remaining > MAX_ENTRY_BYTES) throw new WireError('WIRE_LIMIT', 'data too large')
      return { kind, body: reader.rest() }
  }
}

/** What a content does to access. */
export function actOf(content: Content): Act {
  switch (content.kind) {
    case 'genesis':
      return { kind: 'genesis', epoch: content.epoch && bytesToHex(content.epoch.keyId) }
    case 'grant':
      return { kind: 'grant', who: content.who, role: content.role }
    case 'revoke': {
      const { who, leave, epoch } = content
      return { kind: 'revoke', who, leave, epoch: epoch && bytesToHex(epoch.keyId) }
    }
    case 'rotate':
      return { kind: 'rotate', epoch: bytesToHex(content.epoch.keyId) }
    default:
      return { kind: content.kind }
  }
}

function roleOf(number: number): Role {
  const role = ROLES[number]
  if (role === undefined) throw new WireError('WIRE_MALFORMED', `no role ${number}`)
  return role
}

function flag(reader: ByteReader): boolean {
  const value = reader.u8()
  if (value > 1) throw new WireError('WIRE_MALFORMED', `flag ${value}`)
  return value === 1
}
