import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { type CryptoEngine, openWithKey, sealEnvelope, sealWithKey } from '@pigeon/identity'
import type { Random } from '@pigeon/transport'
import { type Epoch, MEMBER_BYTES } from '../entry/epoch-format.ts'
import type { Author, Member } from './author.ts'
import { type Keyring, keyIdOf } from './keyring.ts'

const ENVELOPE_LABEL = utf8ToBytes('pigeon/epoch-envelope/1')
const WRAP_LABEL = utf8ToBytes('pigeon/epoch-wrap/1')

/** What making keys takes. */
export interface KeyMaker {
  readonly crypto: CryptoEngine
  readonly random: Random
  /** Of the genesis. */
  readonly nonce: Uint8Array
}

/** Seals a fresh key to each member, and the older ones with it. */
export async function makeEpoch(
  maker: KeyMaker,
  members: readonly Member[],
  older: ReadonlyMap<string, Uint8Array>,
): Promise<{ epoch: Epoch; key: Uint8Array }> {
  const { random, nonce } = maker
  const key = random.fill(new Uint8Array(32))
  const keyId = keyIdOf(nonce, key)
  const wraps = await Promise.all(
    [...older].map(async ([oldId, old]) => {
      const id = hexToBytes(oldId)
      const aad = concatBytes(WRAP_LABEL, keyId, id)
      return { keyId: id, sealed: await sealWithKey(old, { key, random, aad }) }
    }),
  )
  const envelopes = await Promise.all(
    members.map(async (to) => ({
      member: to.key.slice(0, MEMBER_BYTES),
      sealed: await sealKeys(maker, to, [key]),
    })),
  )
  return { epoch: { keyId, wraps, envelopes }, key }
}

/** Seals keys to one member. */
export function sealKeys(
  { crypto, random, nonce }: KeyMaker,
  to: Member,
  keys: readonly Uint8Array[],
): Promise<Uint8Array> {
  const aad = concatBytes(ENVELOPE_LABEL, nonce)
  return sealEnvelope(concatBytes(...keys), { crypto, random, to, aad })
}

/** The keys in an envelope to `author`; none if it is not readable. */
export async function openKeys(
  author: Author,
  nonce: Uint8Array,
  envelope: Uint8Array,
): Promise<Uint8Array[]> {
  const opened = await author.open(envelope, { aad: concatBytes(ENVELOPE_LABEL, nonce) })
  if (!opened.ok || opened.bytes.length % 32 !== 0) return []
  return Array.from({ length: opened.bytes.length / 32 }, (_, at) =>
    opened.bytes.slice(at * 32, at * 32 + 32),
  )
}

/** Takes the keys out of an epoch: the new one if it was sealed to `author`, older ones with it. */
export async function learnEpoch(
  ring: Keyring,
  author: Author,
  nonce: Uint8Array,
  { keyId, wraps, envelopes }: Epoch,
): Promise<boolean> {
  const id = bytesToHex(keyId)
  let learned = false
  if (!ring.has(id)) {
    const mine = bytesToHex(author.key.slice(0, MEMBER_BYTES))
    for (const { member, sealed } of envelopes) {
      if (bytesToHex(member) !== mine) continue
      for (const key of await openKeys(author, nonce, sealed)) {
        if (ring.learn(id, key)) learned = true
      }
      if (learned) break
    }
  }
  const key = ring.get(id)
  if (key === undefined) return learned
  for (const wrap of wraps) {
    const oldId = bytesToHex(wrap.keyId)
    if (ring.has(oldId)) continue
    const aad = concatBytes(WRAP_LABEL, keyId, wrap.keyId)
    const old = await openWithKey(wrap.sealed, { key, aad })
    if (old !== undefined && ring.learn(oldId, old)) learned = true
  }
  return learned
}
