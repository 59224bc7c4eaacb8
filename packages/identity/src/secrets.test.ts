import { inspect } from 'node:util'
import { bytesToHex } from '@noble/hashes/utils.js'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { peerIdFromName } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { nobleCrypto, webCrypto } from './fixtures/engines.ts'
import { fixedRandom } from './fixtures/fixed-random.ts'
import { NOW } from './fixtures/people.ts'
import { Identity } from './identity.ts'
import { MemoryKeyStore } from './key-store.ts'
import { Keys } from './keys.ts'
import { startPasswordExchange } from './password-exchange.ts'
import { SessionKey } from './session-key.ts'
import { systemCrypto } from './system-node.ts'

const secret = seededRandom(1).fill(new Uint8Array(64))
const fresh = seededRandom(2).fill(new Uint8Array(64))

/** All that a log, a debugger's console or JSON would show of a value. */
function shown(value: unknown): string {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null }
  const seen: unknown[] = []
  const json = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString(16)
    if (typeof part === 'object' && part !== null) {
      if (seen.includes(part)) return undefined
      seen.push(part)
    }
    return part
  })
  return `${inspect(value, options)} ${json} ${String(value)}`.replaceAll(/\s+/g, ' ')
}

/** Eight bytes of a secret in the forms in which they could be shown. */
function forms(bytes: Uint8Array): string[] {
  const part = bytes.subarray(0, 8)
  const buffer = Buffer.from(part)
  return [
    bytesToHex(part),
    buffer.toString('base64').slice(0, 10),
    buffer.toString('hex').match(/../g)?.join(' ') ?? '',
    [...part].join(', '),
    [...part].join(','),
    [...part].map((byte, index) => `"${index}":${byte}`).join(','),
  ]
}

function expectHidden(value: unknown, ...secrets: readonly Uint8Array[]): void {
  const text = shown(value)
  for (const form of secrets.flatMap(forms)) expect(text).not.toContain(form)
}

describe('secrets do not show in logs, JSON or text', () => {
  test('the test would find them', () => {
    expect(shown({ secret })).toContain(forms(secret)[3])
    expect(shown(Buffer.from(secret))).toContain(forms(secret)[2])
  })

  test.each([
    ['Node', systemCrypto],
    ['Web Cryptography', webCrypto()],
    ['JavaScript', nobleCrypto],
  ])('of keys and identities, with the engine of %s', async (_name, crypto) => {
    const halves = [secret.subarray(0, 32), secret.subarray(32), fresh, fresh.subarray(32)]
    expectHidden(await Keys.fromSecret(crypto, secret), ...halves)
    const persistent = new MemoryKeyStore()
    await persistent.keep(secret)
    const clock = new ManualClock(NOW)
    const random = fixedRandom(fresh)
    const identity = await Identity.create({ crypto, random, clock, persistent })
    await identity.card()
    expectHidden(identity, ...halves)
    expectHidden(identity.user, ...halves)
    expectHidden(persistent, ...halves)
  })

  test('of session keys and password exchanges', async () => {
    const [self, remote] = ['alice', 'bob'].map(peerIdFromName) as [never, never]
    const context = { network: 'net', linkId: '00', self, remote }
    const key = new SessionKey(secret, context, seededRandom(1))
    expectHidden(key, secret, key.binding)
    const password = 'correct horse battery'
    const scalar = fresh.slice(0, 32)
    const options = { ...context, password, initiator: true, random: fixedRandom(scalar) }
    const exchange = await startPasswordExchange(options)
    expectHidden(exchange, scalar)
    expect(shown(exchange)).not.toContain('correct')
  })

  test('of errors about keys of the wrong size', async () => {
    const error = await Keys.fromSecret(systemCrypto, secret.subarray(1)).catch((error) => error)
    expect(error).toBeInstanceOf(RangeError)
    expectHidden(error, secret.subarray(1))
  })
})
