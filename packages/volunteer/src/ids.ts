import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** 32 lower-case hex characters, random. */
export type JobId = string & { readonly __brand: 'JobId' }

/** 64 lower-case hex characters: the SHA-256 of code. */
export type CodeHash = string & { readonly __brand: 'CodeHash' }

/** What code is known by, whoever has it. @param code the text of an ES module */
export function codeHash(code: string | Uint8Array): CodeHash {
  return bytesToHex(sha256(typeof code === 'string' ? utf8ToBytes(code) : code)) as CodeHash
}
