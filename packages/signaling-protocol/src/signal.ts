import type { Signal } from '@pigeon/transport'
import * as v from 'valibot'
import { SignalingError } from './errors.ts'
import { oneOf, text, whole } from './fields.ts'
import { jsonFromBytes, jsonToBytes } from './json.ts'
import {
  MAX_CANDIDATE_CHARACTERS,
  MAX_CONNECTION_CHARACTERS,
  MAX_MID_CHARACTERS,
  MAX_SDP_CHARACTERS,
} from './limits.ts'

/** Bytes of an encoded signal: the SDP limit, were every character to need two. */
const MAX_SIGNAL_BYTES = 2 * MAX_SDP_CHARACTERS + 1024

const connection = text(MAX_CONNECTION_CHARACTERS, /./s)

const descriptionSchema: v.GenericSchema<unknown, Signal> = v.object({
  type: oneOf(['offer', 'answer'] as const),
  connection,
  sdp: text(MAX_SDP_CHARACTERS),
})

const candidateSchema: v.GenericSchema<unknown, Signal> = v.object({
  type: oneOf(['candidate'] as const),
  connection,
  candidate: text(MAX_CANDIDATE_CHARACTERS),
  sdpMid: v.nullable(text(MAX_MID_CHARACTERS)),
  sdpMLineIndex: v.nullable(whole(0, 65_535)),
})

function parse(signal: unknown): v.SafeParseResult<v.GenericSchema<unknown, Signal>> {
  const { type } = Object(signal) as Partial<Signal>
  const schema = type === 'candidate' ? candidateSchema : descriptionSchema
  return v.safeParse(schema, signal, { abortEarly: true })
}

/**
 * The RELAY payload that carries a signal of a link: UTF-8 JSON of exactly the fields of `Signal`.
 * @throws SignalingError `SIGNALING_TOO_LARGE` if the other side would refuse it: an SDP above
 * 32 Ki characters, a candidate above 1,024, a connection name above 64
 */
export function encodeSignal(signal: Signal): Uint8Array {
  const result = parse(signal)
  if (!result.success) {
    const field = v.getDotPath(result.issues[0]) ?? 'signal'
    throw new SignalingError('SIGNALING_TOO_LARGE', `the ${field} of a signal is out of bounds`)
  }
  return jsonToBytes(result.output)
}

/** The signal in a RELAY payload, with no fields but its own; `undefined` if it is none. Never throws. */
export function decodeSignal(bytes: Uint8Array): Signal | undefined {
  if (bytes.length > MAX_SIGNAL_BYTES) return undefined
  const result = parse(jsonFromBytes(bytes))
  return result.success ? result.output : undefined
}
