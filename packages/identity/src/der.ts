import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'

/** The name of a curve; its last byte of the object identifier 1.3.101.x. RFC 8410 §3. */
export type Curve = 'Ed25519' | 'X25519'

const LAST_BYTE: Readonly<Record<Curve, string>> = { Ed25519: '70', X25519: '6e' }

/** A secret key of 32 bytes as PKCS #8. RFC 8410 §7. */
export function secretKeyDer(curve: Curve, secret: Uint8Array): Uint8Array {
  return concatBytes(hexToBytes(`302e020100300506032b65${LAST_BYTE[curve]}04220420`), secret)
}
