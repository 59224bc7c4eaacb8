export { sha256 } from '@noble/hashes/sha2.js'

/** A tab that has been there for so long will be there a while longer, ms. */
export const SETTLE_MS = 120_000
