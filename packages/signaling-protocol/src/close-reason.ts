import { utf8Length } from './json.ts'
import { MAX_CLOSE_REASON_BYTES } from './limits.ts'

/** The longest part of `reason`, from its start, that fits into a close frame. */
export function fitCloseReason(reason: string): string {
  const characters = [...reason.slice(0, MAX_CLOSE_REASON_BYTES)]
  while (utf8Length(characters.join('')) > MAX_CLOSE_REASON_BYTES) characters.pop()
  return characters.join('')
}
