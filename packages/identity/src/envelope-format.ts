/**
 * How envelopes are made and read. Its own module, loaded on need: to join, a peer needs none of it.
 * @module
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter, wholeNumber } from '@pigeon/transport'
import { type CryptoEngine, KEY_BYTES, type ReceivingKey, SIGNATURE_BYTES } from './engine.ts'
import type { EnvelopeOptions, EnvelopeProblem, Opened, OpenOptions } from './envelope.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { ENVELOPE_OVERHEAD_BYTES, MAX_ENVELOPE_BYTES } from './limits.ts'

const VERSION = 1
const ANONYMOUS = 0
const SIGNED = 1
const NONE = new Uint8Array(0)
const INFO = utf8ToBytes('pigeon/envelope/1')
const SIGNED_PREFIX = utf8ToBytes('pigeon/envelope-sig/1')

/** As that of `envelope.ts`. */
export async function sealEnvelope(
  bytes: Uint8Array,
  { crypto, random, to, aad = NONE, sender }: EnvelopeOptions,
): Promise<Uint8Array> {
  const secret = random.fill(new Uint8Array(32))
  const ephemeral = await crypto.receivingKey(secret)
  secret.fill(0)
  const enc = ephemeral.publicKey
  const content =
    sender === undefined
      ? concatBytes(Uint8Array.of(ANONYMOUS), bytes)
      : concatBytes(
          Uint8Array.of(SIGNED),
          sender.key,
          await sender.sign(signedBytes(enc, to.receivingKey, aad, bytes)),
          bytes,
        )
  const sealed = await hpkeSeal(crypto, ephemeral, to.receivingKey, content, { info: INFO, aad })
  if (sealed === undefined) throw new RangeError('the receiving key is none that is accepted')
  return concatBytes(Uint8Array.of(VERSION), enc, sealed)
}

/** As that of `envelope.ts`. */
export async function openEnvelope(
  crypto: CryptoEngine,
  recipient: ReceivingKey,
  envelope: Uint8Array,
  { aad = NONE, maxBytes = MAX_ENVELOPE_BYTES }: OpenOptions,
): Promise<Opened> {
  wholeNumber('maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER)
  if (envelope.length > maxBytes) return refused('ENVELOPE_TOO_LARGE')
  if (envelope.length < ENVELOPE_OVERHEAD_BYTES) return refused('ENVELOPE_MALFORMED')
  if (envelope[0] !== VERSION) return refused('ENVELOPE_VERSION')
  const enc = envelope.slice(1, 1 + KEY_BYTES)
  const sealed = envelope.slice(1 + KEY_BYTES)
  const content = await hpkeOpen(crypto, recipient, enc, sealed, { info: INFO, aad })
  if (content === undefined) return refused('ENVELOPE_UNREADABLE')
  const read = readContent(content)
  if (read === undefined) return refused('ENVELOPE_MALFORMED')
  const { bytes, sender, signature } = read
  if (sender === undefined || signature === undefined) return { ok: true, bytes, sender: undefined }
  const signed = signedBytes(enc, recipient.publicKey, aad, bytes)
  const good = await crypto.verify(signed, signature, sender)
  return good ? { ok: true, bytes, sender } : refused('ENVELOPE_SIGNATURE')
}

/** The receiver is named, so that it cannot pass the signature on as if it was meant for others. */
function signedBytes(
  enc: Uint8Array,
  recipient: Uint8Array,
  aad: Uint8Array,
  bytes: Uint8Array,
): Uint8Array {
  const length = SIGNED_PREFIX.length + 2 * KEY_BYTES + 8 + aad.length + bytes.length
  return new ByteWriter(length)
    .raw(SIGNED_PREFIX)
    .raw(enc)
    .raw(recipient)
    .bytes(aad)
    .raw(bytes)
    .finish()
}

function readContent(
  content: Uint8Array,
): { bytes: Uint8Array; sender?: Uint8Array; signature?: Uint8Array } | undefined {
  const reader = new ByteReader(content)
  const form = reader.u8()
  if (form === ANONYMOUS) return { bytes: reader.rest() }
  if (form !== SIGNED || reader.remaining < KEY_BYTES + SIGNATURE_BYTES) return undefined
  const sender = reader.raw(KEY_BYTES)
  const signature = reader.raw(SIGNATURE_BYTES)
  return { bytes: reader.rest(), sender, signature }
}

function refused(code: EnvelopeProblem): { ok: false; code: EnvelopeProblem } {
  return { ok: false, code }
}
