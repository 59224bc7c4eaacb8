import { isPeerId, type PeerId } from '@pigeon/xor'

/** How PeerPigeon's own client begins a signal. */
const STARTS: readonly (readonly [type: string, bytes: Uint8Array])[] = [
  'ice-candidate',
  'offer',
  'answer',
].map((type) => [type, ascii(`{"type":"${type}",`)])

/** And how it ends one, with 40 characters between. */
const TARGET = ascii('"targetPeerId":"')
const END = ascii('"}')
const ID_CHARACTERS = 40
const TAIL = TARGET.length + ID_CHARACTERS + END.length

/**
 * Type and target of a signal that is written as PeerPigeon's own client writes it, without reading
 * what is between. The rest may be anything: once stamped it is either no JSON, which receivers skip,
 * or has the stamp's fields last in its outermost object, where they overrule all others.
 * @returns `undefined` for any other message, and for one that is written in another way
 */
export function quickV1Signal(bytes: Uint8Array): { type: string; target: PeerId } | undefined {
  const at = bytes.length - TAIL
  if (at < 0 || !hasAt(bytes, TARGET, at) || !hasAt(bytes, END, bytes.length - END.length)) {
    return undefined
  }
  const start = STARTS.find(([, prefix]) => hasAt(bytes, prefix, 0))
  if (start === undefined) return undefined
  const from = at + TARGET.length
  const target = String.fromCharCode(...bytes.subarray(from, from + ID_CHARACTERS))
  return isPeerId(target) ? { type: start[0], target } : undefined
}

function hasAt(bytes: Uint8Array, part: Uint8Array, at: number): boolean {
  for (let index = 0; index < part.length; index++) {
    if (bytes[at + index] !== part[index]) return false
  }
  return true
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
