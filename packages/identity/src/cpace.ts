/**
 * CPace over ristretto255 with SHA-512: two ends that know one password get one strong key, and
 * whoever watches or takes part without the password learns no more than whether one guess was
 * right. Its own module, loaded on need.
 * @see draft-irtf-cfrg-cpace-21
 * @module
 */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteWriter } from '@pigeon/transport'

/** Bytes of a public share. */
export const SHARE_BYTES = 32

/** Bytes of a confirmation: HMAC with SHA-512. */
export const CONFIRMATION_BYTES = 64

const DSI = utf8ToBytes('CPaceRistretto255')
const DSI_ISK = utf8ToBytes('CPaceRistretto255_ISK')
const HASH_BLOCK_BYTES = 128

/** What both ends put in. */
export interface CpaceInput {
  /** PRS: what the password is made of. */
  readonly password: Uint8Array
  /** CI: who the ends are, in their roles. */
  readonly context: Uint8Array
  /** sid: this run. */
  readonly sessionId: Uint8Array
}

/** A share and what was said with it. */
export interface CpaceMessage {
  readonly share: Uint8Array
  /** AD. */
  readonly data: Uint8Array
}

type Point = InstanceType<typeof ristretto255.Point>

/** The strings, each with its length in front. Draft, §A.1.3. */
export function lvCat(...parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(256)
  for (const part of parts) writer.bytes(part)
  return writer.finish()
}

/** Draft, §8.1. */
export function generatorString({ password, context, sessionId }: CpaceInput): Uint8Array {
  const used = lvCat(password).length + lvCat(DSI).length
  const padding = new Uint8Array(Math.max(0, HASH_BLOCK_BYTES - 1 - used))
  return lvCat(DSI, password, padding, context, sessionId)
}

/** Draft, §8.3. */
export function calculateGenerator(input: CpaceInput): Point {
  const derive = ristretto255_hasher.deriveToCurve as (bytes: Uint8Array) => Point
  return derive(sha512(generatorString(input)))
}

/**
 * A secret scalar out of 32 random bytes, of which 252 bits are used. Draft, §8.3 and §10.7.
 * @param random changed
 */
export function toScalar(random: Uint8Array): bigint {
  random[31] = (random[31] as number) & 0x0f
  return ristretto255.Point.Fn.fromBytes(random)
}

/** scalar_mult: the public share. */
export function publicShare(generator: Point, scalar: bigint): Uint8Array {
  return generator.multiply(scalar).toBytes()
}

/** scalar_mult_vfy: the secret point K, or `undefined` where the draft says to abort. */
export function sharedPoint(scalar: bigint, share: Uint8Array): Uint8Array | undefined {
  try {
    const point = ristretto255.Point.fromBytes(share)
    return point.is0() ? undefined : point.multiply(scalar).toBytes()
  } catch {
    return undefined // No point of the group.
  }
}

/** ISK of the initiator–responder setting, 64 bytes. Draft, §7.2. */
export function intermediateKey(
  sessionId: Uint8Array,
  point: Uint8Array,
  initiator: CpaceMessage,
  responder: CpaceMessage,
): Uint8Array {
  return sha512(
    concatBytes(
      lvCat(DSI_ISK, sessionId, point),
      lvCat(initiator.share, initiator.data),
      lvCat(responder.share, responder.data),
    ),
  )
}

/** What proves that the sender of a message has the key. Draft, §10.4. */
export function confirmation(
  sessionId: Uint8Array,
  key: Uint8Array,
  sent: CpaceMessage,
): Uint8Array {
  const macKey = sha512(concatBytes(utf8ToBytes('CPaceMac'), sessionId, key))
  return hmac(sha512, macKey, lvCat(sent.share, sent.data))
}
