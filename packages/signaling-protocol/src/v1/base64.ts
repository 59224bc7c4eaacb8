// Present in every runtime, though not in the ECMAScript library types.
declare const btoa: (text: string) => string
declare const atob: (text: string) => string

/** Bytes turned into characters at once: arguments of a call are limited. */
const CHUNK = 8192

/** RFC 4648, §4. */
export function base64FromBytes(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  }
  return btoa(text)
}

/** @returns `undefined` if it is none */
export function bytesFromBase64(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
