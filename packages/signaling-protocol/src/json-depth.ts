/** Arrays and objects within one another that are read. What peers say has at most five. */
const MAX_JSON_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Brackets and braces differ in this one bit. */
const SAME = 0xdf
const OPENING = 0x5b
const CLOSING = 0x5d

/** Text so short is read at once however deep it is, bytes. */
const SHORT_BYTES = 4096

/**
 * Whether long JSON in UTF-8 has arrays and objects more than {@link MAX_JSON_DEPTH} deep. To parse such
 * text costs far more than to send it: 60 kB of brackets keep a reader busy for milliseconds.
 */
export function isDeepJson(bytes: Uint8Array): boolean {
  if (bytes.length <= SHORT_BYTES) return false
  let depth = 0
  let inString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number
    if (inString) {
      if (byte === BACKSLASH) index++
      else inString = byte !== QUOTE
    } else if (byte === QUOTE) {
      inString = true
    } else if ((byte & SAME) === OPENING) {
      depth++
      if (depth > MAX_JSON_DEPTH) return true
    } else if ((byte & SAME) === CLOSING) {
      depth--
    }
  }
  return false
}
