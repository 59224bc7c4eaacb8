import * as v from 'valibot'
import type { Hello, Proof, Query } from './bodies.ts'
import { hex, list, peerId, text } from './fields.ts'
import {
  KEY_CHARACTERS,
  MAX_AUDIENCE_CHARACTERS,
  MAX_TOKEN_CHARACTERS,
  SESSION_CHARACTERS,
  SIGNATURE_CHARACTERS,
} from './limits.ts'
import { isNetworkName } from './network-name.ts'

const versions = v.custom<Hello['versions']>((value) => {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [min, max] = value
  return Number.isInteger(min) && Number.isInteger(max) && min >= 1 && min <= max && max <= 255
})

export const helloSchema: v.GenericSchema<unknown, Hello> = v.object({
  versions,
  peerId,
  network: v.custom<string>(isNetworkName),
  session: v.optional(hex(SESSION_CHARACTERS)),
  key: v.optional(hex(KEY_CHARACTERS)),
  token: v.optional(text(MAX_TOKEN_CHARACTERS, /./s)),
})

export const proofSchema: v.GenericSchema<unknown, Proof> = v.object({
  audience: text(MAX_AUDIENCE_CHARACTERS),
  signature: hex(SIGNATURE_CHARACTERS),
})

export const querySchema: v.GenericSchema<unknown, Query> = v.object({
  ring: v.optional(list(peerId, 2)),
})
