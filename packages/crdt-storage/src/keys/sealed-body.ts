import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { openWithKey, sealWithKey } from '@pigeon/identity'
import type { Random } from '@pigeon/transport'
import type { AclView } from '../authority/acl-view.ts'
import { beginsEpoch } from '../authority/statement.ts'
import { remembering } from '../remembering.ts'
import type { Keyring } from './keyring.ts'

const spaceBytes = remembering(hexToBytes)

/** Where sealed content stands, and so what it is bound to. */
export interface SealedPlace {
  readonly space: string
  /** Hex of the author's key. */
  readonly author: string
  /** Place, kind and names, as they are hashed; in pieces. */
  readonly header: readonly Uint8Array[]
  /** What was valid in its past: content is sealed with the epochs that were open there. */
  readonly view: AclView
}

/** The names of the keys of a view's open epochs. */
export function openKeyIds(view: AclView): string[] {
  return view.epochs.flatMap(({ statement: { act } }) => beginsEpoch(act) ?? [])
}

const openKeyIdsOf = remembering(openKeyIds)

/** The key for content at a place, `undefined` while one of its parts is not here. */
export function keyAt(ring: Keyring, { view, author, space }: SealedPlace): Uint8Array | undefined {
  return ring.dataKey(openKeyIdsOf(view), author, space)
}

/** Seals content for its place alone. */
export function sealBody(
  bytes: Uint8Array,
  key: Uint8Array,
  { space, header }: SealedPlace,
  random: Random,
): Promise<Uint8Array> {
  return sealWithKey(bytes, { key, random, aad: concatBytes(spaceBytes(space), ...header) })
}

/** Opens what {@link sealBody} sealed; `undefined` if it was not sealed there, or with another key. */
export function openBody(
  sealed: Uint8Array,
  key: Uint8Array,
  { space, header }: SealedPlace,
): Promise<Uint8Array | undefined> {
  return openWithKey(sealed, { key, aad: concatBytes(spaceBytes(space), ...header) })
}
