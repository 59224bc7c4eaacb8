import type { Random } from '@pigeon/transport'
import { SESSION_CHARACTERS } from './limits.ts'

/** A fresh session token: 128 random bits as 32 hex characters. */
export function newSession(random: Random): string {
  let token = ''
  for (const byte of random.fill(new Uint8Array(SESSION_CHARACTERS / 2))) {
    token += byte.toString(16).padStart(2, '0')
  }
  return token
}
