/** Bits of an id, as in Kademlia (Maymounkov & Mazières 2002, §2.1). */
export const ID_BITS = 160

/** Bytes of an id. */
export const ID_BYTES = 20

/** A 160-bit id as 40 lower-case hex characters. Equal ids are equal strings. */
export type PeerId = string & { readonly __brand: 'PeerId' }

const PEER_ID = /^[0-9a-f]{40}$/

/** Whether `value` is an id in its one canonical form: 40 lower-case hex characters. */
export function isPeerId(value: unknown): value is PeerId {
  return typeof value === 'string' && PEER_ID.test(value)
}

/**
 * Returns `value` as a {@link PeerId}.
 * @throws RangeError that says what it got, if it is not 40 lower-case hex characters
 * @example
 * assertPeerId('00000000000000000000000000000000000000ff')
 */
export function assertPeerId(value: unknown): PeerId {
  if (isPeerId(value)) return value
  throw new RangeError(
    `a peer id is 40 lower-case hex characters, got ${describe(value)}; peerIdFromName(name) makes one from any text`,
  )
}

/**
 * The id that 20 bytes spell.
 * @throws RangeError if `bytes` are not exactly 20
 */
export function peerIdFromBytes(bytes: Uint8Array): PeerId {
  if (bytes.length !== ID_BYTES) {
    throw new RangeError(`a peer id has ${ID_BYTES} bytes, got ${bytes.length}`)
  }
  for (let index = 0; index < ID_BYTES; index++) {
    const byte = bytes[index] as number
    characters[index * 2] = DIGITS[byte >> 4] as number
    characters[index * 2 + 1] = DIGITS[byte & 15] as number
  }
  // At once: joined piece by piece it would be a tree of strings, slow as a key of a map.
  return String.fromCharCode(...characters) as PeerId
}

/** The 20 bytes of an id, in a fresh array or written into `target` at `offset`. */
export function peerIdToBytes(
  id: PeerId,
  target: Uint8Array = new Uint8Array(ID_BYTES),
  offset = 0,
): Uint8Array {
  for (let index = 0; index < ID_BYTES; index++) {
    target[offset + index] =
      (nibble(id.charCodeAt(index * 2)) << 4) | nibble(id.charCodeAt(index * 2 + 1))
  }
  return target
}

/**
 * A fresh random id.
 * @param random a source of cryptographically strong bytes, such as `systemRandom` of
 * `@pigeon/transport/system`
 */
export function randomPeerId(random: { fill(bytes: Uint8Array): Uint8Array }): PeerId {
  return peerIdFromBytes(random.fill(new Uint8Array(ID_BYTES)))
}

const DIGITS: readonly number[] = [...'0123456789abcdef'].map((digit) => digit.charCodeAt(0))

/** Of the id that is being written; kept, so that none is made for each. */
const characters: number[] = new Array<number>(ID_BYTES * 2).fill(0)

/** The value 0–15 of one lower-case hex character code. */
export function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87
}

function describe(value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : typeof value
  const shown = value.length > 48 ? `${value.slice(0, 45)}…` : value
  return `${JSON.stringify(shown)} (${value.length} characters)`
}
