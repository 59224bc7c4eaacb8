import * as v from 'valibot'
import type { Challenge, ErrorBody, GoAway, Left, Peers, Welcome } from './bodies.ts'
import { ERROR_CODES } from './codes.ts'
import { amount, hex, list, oneOf, peerId, text, whole } from './fields.ts'
import {
  MAX_ALTERNATIVES,
  MAX_ERROR_CHARACTERS,
  MAX_MESSAGE_BYTES,
  MAX_PEERS,
  MAX_URL_CHARACTERS,
  NONCE_CHARACTERS,
  SESSION_CHARACTERS,
} from './limits.ts'

/** The longest wait a hub may ask for: an hour, ms. */
const MAX_WAIT_MS = 3_600_000

const peers = list(peerId, MAX_PEERS)
const rate = v.optional(amount(0, Number.MAX_SAFE_INTEGER))
const iceWord = v.optional(text(512))

const iceServer = v.object({
  urls: list(text(256, /^(stuns?|turns?):[^\s]+$/), 8, 1),
  username: iceWord,
  credential: iceWord,
})

export const challengeSchema: v.GenericSchema<unknown, Challenge> = v.object({
  nonce: hex(NONCE_CHARACTERS),
})

export const goAwaySchema: v.GenericSchema<unknown, GoAway> = v.object({
  urls: list(text(MAX_URL_CHARACTERS, /^wss?:\/\/[^\s/]\S*$/), MAX_ALTERNATIVES),
  afterMs: whole(0, MAX_WAIT_MS),
})

export const welcomeSchema: v.GenericSchema<unknown, Welcome> = v.object({
  version: whole(1, 255),
  hubId: v.optional(peerId),
  session: hex(SESSION_CHARACTERS),
  peers,
  heartbeatMs: whole(100, MAX_WAIT_MS),
  limits: v.object({
    maxMessageBytes: whole(1024, MAX_MESSAGE_BYTES),
    messageRate: rate,
    messageBurst: rate,
    byteRate: rate,
    byteBurst: rate,
  }),
  iceServers: v.fallback(v.optional(list(iceServer, 8)), undefined),
})

export const peersSchema: v.GenericSchema<unknown, Peers> = v.object({ peers })

export const leftSchema: v.GenericSchema<unknown, Left> = v.object({ peer: peerId })

export const errorSchema: v.GenericSchema<unknown, ErrorBody> = v.object({
  code: oneOf(ERROR_CODES),
  message: text(MAX_ERROR_CHARACTERS),
})
