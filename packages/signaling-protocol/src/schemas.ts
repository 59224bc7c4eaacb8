import { isPeerId, type PeerId } from '@pigeon/xor'
import * as v from 'valibot'
import type {
  Challenge,
  ErrorBody,
  GoAway,
  Hello,
  Left,
  Peers,
  Proof,
  Query,
  Welcome,
} from './bodies.ts'
import { ERROR_CODES } from './codes.ts'
import {
  KEY_CHARACTERS,
  MAX_ALTERNATIVES,
  MAX_AUDIENCE_CHARACTERS,
  MAX_ERROR_CHARACTERS,
  MAX_MESSAGE_BYTES,
  MAX_NETWORK_BYTES,
  MAX_PEERS,
  MAX_TOKEN_CHARACTERS,
  MAX_URL_CHARACTERS,
  NONCE_CHARACTERS,
  SESSION_CHARACTERS,
  SIGNATURE_CHARACTERS,
} from './limits.ts'

const peerIdSchema: v.GenericSchema<unknown, PeerId> = v.custom<PeerId>(isPeerId)
const version = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(255))
const amount = v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))
const hex = (characters: number) => v.pipe(v.string(), v.length(characters), v.regex(/^[0-9a-f]*$/))
const url = (scheme: RegExp) => v.pipe(v.string(), v.maxLength(MAX_URL_CHARACTERS), v.regex(scheme))
const peers = v.pipe(v.array(v.unknown()), v.maxLength(MAX_PEERS), v.array(peerIdSchema))

/** 1 to 128 UTF-8 bytes; the character limit goes first so that nothing long is encoded. */
export const networkSchema: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.maxLength(MAX_NETWORK_BYTES),
  v.maxBytes(MAX_NETWORK_BYTES),
  v.regex(/^[^\p{Cc}\p{Cs}]*$/u),
)

export const helloSchema: v.GenericSchema<unknown, Hello> = v.object({
  versions: v.pipe(
    v.strictTuple([version, version]),
    v.check(([min, max]) => min <= max),
  ),
  peerId: peerIdSchema,
  network: networkSchema,
  session: v.optional(hex(SESSION_CHARACTERS)),
  key: v.optional(hex(KEY_CHARACTERS)),
  token: v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_TOKEN_CHARACTERS))),
})

export const challengeSchema: v.GenericSchema<unknown, Challenge> = v.object({
  nonce: hex(NONCE_CHARACTERS),
})

export const proofSchema: v.GenericSchema<unknown, Proof> = v.object({
  audience: v.pipe(v.string(), v.maxLength(MAX_AUDIENCE_CHARACTERS)),
  signature: hex(SIGNATURE_CHARACTERS),
})

export const goAwaySchema: v.GenericSchema<unknown, GoAway> = v.object({
  urls: v.pipe(
    v.array(v.unknown()),
    v.maxLength(MAX_ALTERNATIVES),
    v.array(url(/^wss?:\/\/[^\s/]\S*$/)),
  ),
  afterMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3_600_000)),
})

const iceUrl = v.pipe(v.string(), v.maxLength(256), v.regex(/^(stuns?|turns?):[^\s]+$/))
const iceWord = v.optional(v.pipe(v.string(), v.maxLength(512)))
const iceServers = v.pipe(
  v.array(v.unknown()),
  v.maxLength(8),
  v.array(
    v.object({
      urls: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(8), v.array(iceUrl)),
      username: iceWord,
      credential: iceWord,
    }),
  ),
)

export const welcomeSchema: v.GenericSchema<unknown, Welcome> = v.object({
  version,
  hubId: v.optional(peerIdSchema),
  session: hex(SESSION_CHARACTERS),
  peers,
  heartbeatMs: v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(3_600_000)),
  limits: v.object({
    maxMessageBytes: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1024),
      v.maxValue(MAX_MESSAGE_BYTES),
    ),
    messageRate: v.optional(amount),
    messageBurst: v.optional(amount),
    byteRate: v.optional(amount),
    byteBurst: v.optional(amount),
  }),
  iceServers: v.fallback(v.optional(iceServers), undefined),
})

export const querySchema: v.GenericSchema<unknown, Query> = v.object({
  ring: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(2), v.array(peerIdSchema))),
})

export const peersSchema: v.GenericSchema<unknown, Peers> = v.object({ peers })

export const leftSchema: v.GenericSchema<unknown, Left> = v.object({ peer: peerIdSchema })

export const errorSchema: v.GenericSchema<unknown, ErrorBody> = v.object({
  code: v.picklist(ERROR_CODES),
  message: v.pipe(v.string(), v.maxLength(MAX_ERROR_CHARACTERS)),
})

/** PING, PONG and GOODBYE say nothing yet; what a later version adds is skipped. */
export const emptySchema: v.GenericSchema<unknown, object> = v.object({})
