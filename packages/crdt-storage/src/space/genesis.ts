import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { openWithKey, sealWithKey } from '@pigeon/identity'
import type { Genesis } from '../entry/content.ts'
import type { Entry } from '../entry/entry.ts'
import { encodeRest, readEntry, signedBytes } from '../entry/entry-format.ts'
import { readRun } from '../entry/run.ts'
import { SpaceError } from '../errors.ts'
import { makeEpoch } from '../keys/epochs.ts'
import type { SpaceOptions } from './options.ts'

/** What a new space is. */
export interface NewSpace {
  /** Whether content is sealed for members. Default true. */
  readonly isPrivate?: boolean
  /** All there will ever be, at most 60 KiB: nobody can change it. Default none: members write. */
  readonly frozen?: Uint8Array
}

/** Makes the first entry of a space, which says what it is for good. */
export async function makeGenesis(
  { isPrivate = true, frozen }: NewSpace,
  { author, crypto, random, engine }: SpaceOptions,
): Promise<Entry> {
  const nonce = random.fill(new Uint8Array(16))
  const made = isPrivate
    ? await makeEpoch({ crypto, random, nonce }, [author], new Map())
    : undefined
  let value = frozen ?? new Uint8Array(0)
  if (made !== undefined && frozen !== undefined) {
    value = await sealWithKey(frozen, { key: made.key, random, aad: nonce })
  }
  const content: Genesis = {
    kind: 'genesis',
    isPrivate,
    isFrozen: frozen !== undefined,
    nonce,
    receivingKey: author.receivingKey,
    engine: engine?.id ?? '',
    epoch: made?.epoch,
    value,
  }
  const place = { author: bytesToHex(author.key), via: undefined, seq: 0, prev: undefined }
  const rest = encodeRest({ acl: [], deps: [] }, content)
  const unsigned = readEntry(undefined, place, rest, undefined)
  return { ...unsigned, signature: await author.sign(signedBytes(unsigned.id)) }
}

/**
 * Reads the first entry of a space somebody else made.
 * @param space its id, which is the hash of that entry
 * @throws SpaceError `INVALID`
 */
export async function checkGenesis(
  space: string,
  bytes: Uint8Array,
  { crypto }: Pick<SpaceOptions, 'crypto'>,
): Promise<Entry> {
  let entry: Entry | undefined
  try {
    entry = readRun(undefined, bytes)[0]
  } catch (cause) {
    throw new SpaceError('INVALID', 'these bytes begin no space', { cause })
  }
  const { id, author, signature } = entry as Entry
  const key = hexToBytes(author)
  if (id !== space || !(await crypto.verify(signedBytes(id), signature as Uint8Array, key))) {
    throw new SpaceError('INVALID', `these bytes do not begin the space ${space}`)
  }
  return entry as Entry
}

/** The value of a frozen space; `undefined` while its key is not here. */
export async function frozenValue(
  { isPrivate, isFrozen, value, nonce }: Genesis,
  key: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  if (!isFrozen) return undefined
  if (!isPrivate) return value
  return key && openWithKey(value, { key, aad: nonce })
}
