import { isDeepJson } from './json-depth.ts'

// Present in every runtime, though not in the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 of a value as JSON, behind `prefix` bytes left for the caller to fill. */
export function jsonToBytes(value: unknown, prefix = 0): Uint8Array {
  const json = encoder.encode(JSON.stringify(value))
  if (prefix === 0) return json
  const bytes = new Uint8Array(prefix + json.length)
  bytes.set(json, prefix)
  return bytes
}

/** The value that UTF-8 JSON spells, or `undefined`, which JSON cannot spell: also if it is too deep. */
export function jsonFromBytes(bytes: Uint8Array): unknown {
  if (isDeepJson(bytes)) return undefined
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}

/** `text` as UTF-8. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text that UTF-8 spells. @throws TypeError if it is not UTF-8 */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** How many bytes UTF-8 needs for `text`. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length
}
