import { bytesToHex } from '@noble/hashes/utils.js'
import type { Random } from '@pigeon/transport'
import { NONCE_CHARACTERS, SESSION_CHARACTERS } from './limits.ts'

/** A fresh session token: 128 random bits as 32 hex characters. */
export function newSession(random: Random): string {
  return bytesToHex(random.fill(new Uint8Array(SESSION_CHARACTERS / 2)))
}

/** A fresh nonce for CHALLENGE: 256 random bits as 64 hex characters. */
export function newNonce(random: Random): string {
  return bytesToHex(random.fill(new Uint8Array(NONCE_CHARACTERS / 2)))
}
