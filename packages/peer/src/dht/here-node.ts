import { createHash } from 'node:crypto'

/** A process stays: it keeps records for others at once. */
export const SETTLE_MS = 0

/** SHA-256 of OpenSSL. */
export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest())
