import { WireError } from '@pigeon/transport'

// Present in every runtime, though not in the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const Tag = { bytes: 0, json: 1, nothing: 2 } as const

/**
 * An input or a result as bytes: `Uint8Array`s as they are, all else as JSON.
 * @throws TypeError if JSON has no way to say it
 */
export function encodeValue(value: unknown): Uint8Array {
  if (value === undefined) return Uint8Array.of(Tag.nothing)
  const isBytes = value instanceof Uint8Array
  const json = isBytes ? undefined : JSON.stringify(value)
  if (!isBytes && json === undefined) throw new TypeError(`cannot send a ${typeof value}`)
  const body = isBytes ? value : encoder.encode(json as string)
  const bytes = new Uint8Array(1 + body.length)
  bytes[0] = isBytes ? Tag.bytes : Tag.json
  bytes.set(body, 1)
  return bytes
}

/** @throws WireError */
export function decodeValue(bytes: Uint8Array): unknown {
  const body = bytes.subarray(1)
  switch (bytes[0]) {
    case Tag.bytes:
      return body.slice()
    case Tag.nothing:
      return undefined
    case Tag.json:
      try {
        return JSON.parse(decoder.decode(body))
      } catch {
        throw new WireError('WIRE_MALFORMED', 'not JSON')
      }
    default:
      throw new WireError('WIRE_MALFORMED', 'no such value')
  }
}
