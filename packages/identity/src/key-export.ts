import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter, type Random, wholeNumber } from '@pigeon/transport'
import type { CryptoEngine, ScryptCost } from './engine.ts'
import { IdentityError } from './identity-error.ts'
import type { KeyStore } from './key-store.ts'
import { SECRET_BYTES } from './keys.ts'
import { SEALED_OVERHEAD_BYTES } from './limits.ts'
import { openWithKey, sealWithKey } from './sealing.ts'

/** What guessing one passphrase costs if not told otherwise: 128 MiB, some tenths of a second. */
export const EXPORT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 }

/** Memory that opening an exported key may take if not told otherwise: 256 MiB, bytes. */
export const MAX_IMPORT_MEMORY_BYTES: number = 256 * 1024 * 1024

/** What a text is preceded by, so that people see what it is. */
const PREFIX = 'pigeon-key-'
const VERSION = 1
const SALT_BYTES = 16
const SALT = utf8ToBytes('pigeon/key-export/1')

/** Least cost an exported key may have: 16 MiB. */
const MIN_LOG_N = 14
const MAX_LOG_N = 24
const MAX_R = 32
const MAX_P = 16

/** What both ways need. */
export interface PassphraseOptions {
  readonly crypto: CryptoEngine
  readonly store: KeyStore
  /** Any words, at least one character. */
  readonly passphrase: string
}

/** Options of {@link exportUserKey}. */
export interface ExportOptions extends PassphraseOptions {
  readonly random: Random
  /** Default {@link EXPORT_COST}; at least 16 MiB. */
  readonly cost?: ScryptCost
}

/** Options of {@link importUserKey}. */
export interface ImportOptions extends PassphraseOptions {
  /** Default {@link MAX_IMPORT_MEMORY_BYTES}. The time is bounded in proportion. */
  readonly maxMemoryBytes?: number
  /** Whether a key that is in the store gives way. Default false. */
  readonly replace?: boolean
}

/**
 * The user's key as a text that only the passphrase opens: a backup, or the way to another device.
 * @returns about 300 characters, `pigeon-key-` and hex
 * @throws RangeError if the store is empty, the passphrase is, or the cost is out of bounds
 * @see RFC 7914 for the key, draft-irtf-cfrg-xchacha-03 for the sealing
 */
export async function exportUserKey(options: ExportOptions): Promise<string> {
  const { crypto, random, store, passphrase, cost = EXPORT_COST } = options
  const secret = await store.load()
  if (secret === undefined) throw new RangeError('the store is empty')
  const logN = Math.log2(cost.n)
  wholeNumber('log2 of n', logN, MIN_LOG_N, MAX_LOG_N)
  wholeNumber('r', cost.r, 1, MAX_R)
  wholeNumber('p', cost.p, 1, MAX_P)
  const salt = random.fill(new Uint8Array(SALT_BYTES))
  const header = new ByteWriter().u8(VERSION).u8(logN).u8(cost.r).u8(cost.p).raw(salt).finish()
  const key = await stretch(crypto, passphrase, salt, cost)
  const sealed = await sealWithKey(secret, { key, random, aad: concatBytes(SALT, header) })
  secret.fill(0)
  return PREFIX + bytesToHex(header) + bytesToHex(sealed)
}

/**
 * Puts an exported key into a store.
 * @throws IdentityError `EXPORT_MALFORMED`, `EXPORT_TOO_COSTLY` before anything costly is done,
 * `PASSPHRASE_WRONG`, or `STORE_NOT_EMPTY`
 */
export async function importUserKey(text: string, options: ImportOptions): Promise<void> {
  const { crypto, store, passphrase, replace = false } = options
  const { header, salt, cost, sealed } = readExport(text)
  const { maxMemoryBytes = MAX_IMPORT_MEMORY_BYTES } = options
  // p rounds, one after the other, take p times as long in the same memory.
  const spent = 128 * cost.n * cost.r * cost.p
  if (spent > maxMemoryBytes) {
    throw new IdentityError(
      'EXPORT_TOO_COSTLY',
      `opening it costs ${spent} bytes of memory × rounds, allowed are ${maxMemoryBytes}`,
    )
  }
  const key = await stretch(crypto, passphrase, salt, cost)
  const secret = await openWithKey(sealed, { key, aad: concatBytes(SALT, header) })
  if (secret === undefined) {
    throw new IdentityError('PASSPHRASE_WRONG', 'another passphrase, or the text was changed')
  }
  await put(store, secret, replace)
  secret.fill(0)
}

async function put(store: KeyStore, secret: Uint8Array, replace: boolean): Promise<void> {
  if (replace) await store.remove()
  const kept = await store.keep(secret)
  const same = kept.every((byte, index) => byte === secret[index])
  kept.fill(0)
  if (!same) {
    throw new IdentityError('STORE_NOT_EMPTY', 'the store has another key; replace: true drops it')
  }
}

function readExport(text: string): {
  header: Uint8Array
  salt: Uint8Array
  cost: ScryptCost
  sealed: Uint8Array
} {
  const bytes = fromText(text)
  try {
    const reader = new ByteReader(bytes)
    const version = reader.u8()
    if (version !== VERSION) throw malformed(`version ${version} is not known`)
    const logN = wholeNumber('log2 of n', reader.u8(), MIN_LOG_N, MAX_LOG_N)
    const r = wholeNumber('r', reader.u8(), 1, MAX_R)
    const p = wholeNumber('p', reader.u8(), 1, MAX_P)
    const salt = reader.raw(SALT_BYTES)
    const sealed = reader.raw(SECRET_BYTES + SEALED_OVERHEAD_BYTES)
    reader.end()
    const header = bytes.subarray(0, 4 + SALT_BYTES)
    return { header, salt, cost: { n: 2 ** logN, r, p }, sealed }
  } catch (cause) {
    throw cause instanceof IdentityError ? cause : malformed('it holds no key', cause)
  }
}

function fromText(text: string): Uint8Array {
  const trimmed = text.length > 1024 ? '' : text.trim()
  const hex = trimmed.slice(PREFIX.length)
  if (!trimmed.startsWith(PREFIX) || !/^(?:[0-9a-f]{2})+$/.test(hex)) {
    throw malformed(`it must be ${PREFIX} and hex`)
  }
  return hexToBytes(hex)
}

function malformed(why: string, cause?: unknown): IdentityError {
  return new IdentityError('EXPORT_MALFORMED', `this is no exported key: ${why}`, { cause })
}

function stretch(
  crypto: CryptoEngine,
  passphrase: string,
  salt: Uint8Array,
  cost: ScryptCost,
): Promise<Uint8Array> | Uint8Array {
  if (passphrase === '') throw new RangeError('a passphrase has at least one character')
  // RFC 8265 §4.2: one form for what looks the same on all keyboards.
  return crypto.scrypt(utf8ToBytes(passphrase.normalize('NFC')), salt, cost)
}
