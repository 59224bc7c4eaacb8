import { utf8ToBytes } from '@noble/hashes/utils.js'
import { SpaceError } from '../errors.ts'
import { keyAt, openBody, type SealedPlace, sealBody } from '../keys/sealed-body.ts'
import type { Core } from './core.ts'

/** What is sealed for now is bound to that, so that it is no entry. */
const NOW = utf8ToBytes('pigeon/now/1')

/** Seals what is for members now, and kept nowhere. @throws SpaceError `NO_KEY` */
export function sealNow({ parts, options }: Core, bytes: Uint8Array): Promise<Uint8Array> {
  if (!parts.log.genesis.content.isPrivate) return Promise.resolve(bytes)
  const place = placeNow(parts, parts.me)
  const key = keyAt(parts.ring, place)
  if (key !== undefined) return sealBody(bytes, key, place, options.random)
  return Promise.reject(new SpaceError('NO_KEY', 'the keys of this space are not here'))
}

/** Opens what {@link sealNow} sealed; `undefined` with other keys than those of now. */
export async function openNow(
  { parts }: Core,
  author: string,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (!parts.log.genesis.content.isPrivate) return sealed
  const place = placeNow(parts, author)
  const key = keyAt(parts.ring, place)
  return key && openBody(sealed, key, place)
}

function placeNow({ log }: Core['parts'], author: string): SealedPlace {
  return { space: log.space, author, header: [NOW], view: log.authority.view }
}
