import * as v from 'valibot'
import type { Decoded } from './decoded.ts'
import { jsonFromBytes, jsonToBytes } from './json.ts'
import { MAX_CONTROL_BYTES } from './limits.ts'

/** PING, PONG and GOODBYE say nothing yet; what a later version adds is skipped. */
export const emptySchema: v.GenericSchema<unknown, object> = v.object({})

/** A message of a type and a body in JSON. */
export function encodeControl(type: number, value: object): Uint8Array {
  const bytes = jsonToBytes(value, 1)
  bytes[0] = type
  return bytes
}

/** Reads the JSON behind the type; no body at all stands for `{}`. */
export function decodeControl<B, M>(
  bytes: Uint8Array,
  schema: v.GenericSchema<unknown, B>,
  make: (value: B) => M,
): Decoded<M> {
  if (bytes.length - 1 > MAX_CONTROL_BYTES) {
    const reason = `a body has at most ${MAX_CONTROL_BYTES} bytes, got ${bytes.length - 1}`
    return { ok: false, code: 'LENGTH', reason }
  }
  const value = bytes.length === 1 ? {} : jsonFromBytes(bytes.subarray(1))
  if (value === undefined) return { ok: false, code: 'NOT_JSON', reason: 'the body is not JSON' }
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return { ok: true, message: make(result.output) }
  const path = v.getDotPath(result.issues[0])
  return { ok: false, code: 'INVALID', reason: `the ${path ?? 'body'} is not valid` }
}
