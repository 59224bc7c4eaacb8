import type { PeerId } from '@pigeon/xor'
import { clip, NAME_BYTES, type Offer, TEXT_BYTES } from '../frames.ts'
import { codeHash, type JobId } from '../ids.ts'
import type { MapOptions } from './options.ts'

const NOTHING: Uint8Array = new Uint8Array(0)

/** What a job says of itself. */
export function offerOf(
  {
    job,
    submitter,
    code,
    timeoutMs,
  }: {
    readonly job: JobId
    readonly submitter: PeerId
    readonly code: Uint8Array
    readonly timeoutMs: number
  },
  { who = '', what = '', author }: Pick<MapOptions, 'who' | 'what' | 'author'>,
): Offer {
  return {
    job,
    submitter,
    hash: codeHash(code),
    codeBytes: code.length,
    timeoutMs,
    who: clip(who, NAME_BYTES),
    what: clip(what, TEXT_BYTES),
    author: author?.key ?? NOTHING,
    signature: author?.signature ?? NOTHING,
  }
}
