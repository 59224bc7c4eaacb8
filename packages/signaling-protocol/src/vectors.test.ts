import { readFileSync } from 'node:fs'
import type { Signal } from '@pigeon/transport'
import { type PeerId, peerIdToBytes } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { decodeHubMessage, encodeClientMessage } from './client-codec.ts'
import type { Decoded } from './decoded.ts'
import { decodeClientMessage, encodeHubMessage } from './hub-codec.ts'
import { type HubProofFacts, hubProofBytes } from './hub-proof.ts'
import type { ClientMessage, HubMessage } from './messages.ts'
import { stampRelay } from './relay.ts'
import { decodeSignal, encodeSignal } from './signal.ts'

interface Vectors {
  client: { name: string; hex: string; message: object }[]
  hub: { name: string; hex: string; message: object }[]
  refused: { name: string; from: 'client' | 'hub'; hex: string; code: string }[]
  skipped: { name: string; from: 'client' | 'hub'; hex: string; message: object }[]
  signals: { hex: string; signal: Signal }[]
  proofs: ({ signed: string } & HubProofFacts)[]
  stamped: { name: string; sender: PeerId; before: string; after: string }[]
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'),
)

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A message with its payload, if it has one, as bytes. */
function read(message: object): ClientMessage & HubMessage {
  const { payload } = message as { payload?: string }
  const read = payload === undefined ? message : { ...message, payload: fromHex(payload) }
  return read as ClientMessage & HubMessage
}

function decode(from: 'client' | 'hub', bytes: Uint8Array): Decoded<ClientMessage | HubMessage> {
  return from === 'client' ? decodeClientMessage(bytes) : decodeHubMessage(bytes)
}

describe('vectors.json', () => {
  test.each(vectors.client)('client: $name', ({ hex, message }) => {
    expect(decodeClientMessage(fromHex(hex))).toEqual({ ok: true, message: read(message) })
    expect(toHex(encodeClientMessage(read(message)))).toBe(hex)
  })

  test.each(vectors.hub)('hub: $name', ({ hex, message }) => {
    expect(decodeHubMessage(fromHex(hex))).toEqual({ ok: true, message: read(message) })
    expect(toHex(encodeHubMessage(read(message)))).toBe(hex)
  })

  test.each(vectors.refused)('refused from a $from: $name', ({ from, hex, code }) => {
    expect(decode(from, fromHex(hex))).toMatchObject({ ok: false, code })
  })

  test.each(vectors.skipped)('skipped from a $from: $name', ({ from, hex, message }) => {
    expect(decode(from, fromHex(hex))).toEqual({ ok: true, message: read(message) })
  })

  test.each(vectors.signals)('signal: $signal.type', ({ hex, signal }) => {
    expect(decodeSignal(fromHex(hex))).toEqual(signal)
    expect(toHex(encodeSignal(signal))).toBe(hex)
  })

  test.each(vectors.stamped)('stamped: $name', ({ sender, before, after }) => {
    expect(toHex(stampRelay(fromHex(before), peerIdToBytes(sender)))).toBe(after)
  })

  test.each(vectors.proofs)('what PROOF signs for $network', ({ signed, ...facts }) => {
    expect(toHex(hubProofBytes(facts))).toBe(signed)
  })
})
