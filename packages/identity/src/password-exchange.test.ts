import { utf8ToBytes } from '@noble/hashes/utils.js'
import { seededRandom } from '@pigeon/transport/testing'
import { peerIdFromName } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_PASSWORD_BYTES } from './limits.ts'
import {
  type ExchangeStep,
  type PasswordExchange,
  type PasswordExchangeOptions,
  startPasswordExchange,
} from './password-exchange.ts'
import type { SessionKey } from './session-key.ts'

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(peerIdFromName) as never as [
  ReturnType<typeof peerIdFromName>,
  ReturnType<typeof peerIdFromName>,
  ReturnType<typeof peerIdFromName>,
]
let seed = 0

const start = (
  initiator: boolean,
  options: Partial<PasswordExchangeOptions> = {},
): Promise<PasswordExchange> =>
  startPasswordExchange({
    password: 'correct horse',
    network: 'net',
    linkId: '00ff',
    self: initiator ? alice : bob,
    remote: initiator ? bob : alice,
    initiator,
    random: seededRandom(++seed),
    ...options,
  })

function messageOf(step: ExchangeStep): Uint8Array {
  if (step.status === 'refused') throw new Error(step.code)
  return step.message as Uint8Array
}

async function agree(): Promise<[SessionKey, SessionKey]> {
  const [a, b] = await Promise.all([start(true), start(false)])
  const reply = b.receive(a.message as Uint8Array)
  const atAlice = a.receive(messageOf(reply))
  const atBob = b.receive(messageOf(atAlice))
  if (atAlice.status !== 'agreed' || atBob.status !== 'agreed') throw new Error('not agreed')
  return [atAlice.key, atBob.key]
}

const refused = (code: string) => ({ status: 'refused', code })

describe('two ends with one password', () => {
  test('get one key after three messages', async () => {
    const [atAlice, atBob] = await agree()
    expect(atAlice.binding).toEqual(atBob.binding)
    const offer = utf8ToBytes('v=0…')
    expect(await atBob.open(await atAlice.seal(offer))).toEqual(offer)
    expect(await atAlice.open(await atBob.seal(offer))).toEqual(offer)
  })

  test('get another key in each run', async () => {
    const [first, second] = [await agree(), await agree()]
    expect(first[0].binding).not.toEqual(second[0].binding)
  })

  test('may have typed it on different keyboards', async () => {
    const a = await start(true, { password: 'caf\u00e9' })
    const b = await start(false, { password: 'cafe\u0301' })
    expect(a.receive(messageOf(b.receive(a.message as Uint8Array))).status).toBe('agreed')
  })
})

describe('two ends that differ', () => {
  test.each([
    ['password', { password: 'wrong horse' }],
    ['network', { network: 'other' }],
    ['link', { linkId: '00fe' }],
    ['id of this end', { self: carol }],
    ['id of the other end', { remote: carol }],
  ])('in the %s get no key, and the initiator proves nothing', async (_what, options) => {
    const [a, b] = await Promise.all([start(true), start(false, options)])
    const reply = messageOf(b.receive(a.message as Uint8Array))
    expect(a.receive(reply)).toEqual(refused('WRONG_PASSWORD'))
  })

  test('in the password: the responder refuses a confirmation that is none', async () => {
    const [a, b] = await Promise.all([start(true), start(false)])
    b.receive(a.message as Uint8Array)
    const forged = Uint8Array.of(3, 1, ...new Uint8Array(64))
    expect(b.receive(forged)).toEqual(refused('WRONG_PASSWORD'))
    expect(b.receive(forged)).toEqual(refused('EXCHANGE_MALFORMED'))
  })

  test('in the role get no key: two initiators, or a message sent back', async () => {
    const a = await start(true)
    expect(a.receive(a.message as Uint8Array)).toEqual(refused('EXCHANGE_MALFORMED'))
    const mirror = await start(true)
    const own = (mirror.message as Uint8Array).subarray(2)
    const reflected = Uint8Array.of(2, 1, ...own, ...new Uint8Array(64))
    expect(mirror.receive(reflected)).toEqual(refused('WRONG_PASSWORD'))
  })
})

describe('messages', () => {
  test('of another size, version or turn have a code', async () => {
    const { message } = await start(true)
    const share = message as Uint8Array
    const code = async (bytes: Uint8Array) => (await start(false)).receive(bytes)
    expect(await code(new Uint8Array(0))).toEqual(refused('EXCHANGE_MALFORMED'))
    expect(await code(Uint8Array.of(1))).toEqual(refused('EXCHANGE_MALFORMED'))
    expect(await code(share.subarray(0, -1))).toEqual(refused('EXCHANGE_MALFORMED'))
    expect(await code(Uint8Array.of(...share, 0))).toEqual(refused('EXCHANGE_MALFORMED'))
    expect(await code(Uint8Array.of(1, 2, ...share.subarray(2)))).toEqual(
      refused('EXCHANGE_VERSION'),
    )
    expect(await code(Uint8Array.of(3, 1, ...new Uint8Array(64)))).toEqual(
      refused('EXCHANGE_MALFORMED'),
    )
    const neutral = Uint8Array.of(1, 1, ...new Uint8Array(32))
    expect(await code(neutral)).toEqual(refused('EXCHANGE_MALFORMED'))
    const a = await start(true)
    const noShare = Uint8Array.of(2, 1, ...new Uint8Array(96))
    expect(a.receive(noShare)).toEqual(refused('EXCHANGE_MALFORMED'))
    expect(a.receive(noShare)).toEqual(refused('EXCHANGE_MALFORMED'))
  })

  test('that were changed never throw and never give a key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 2),
        fc.nat(97),
        fc.integer({ min: 1, max: 255 }),
        async (which, at, flip) => {
          const [a, b] = await Promise.all([start(true), start(false)])
          const steps: ExchangeStep[] = []
          let message = a.message as Uint8Array
          for (const [index, end] of [b, a, b].entries()) {
            const sent = message.slice()
            if (index === which) sent[at % sent.length] = (sent[at % sent.length] as number) ^ flip
            const step = end.receive(sent)
            steps.push(step)
            if (step.status === 'refused' || step.message === undefined) break
            message = step.message
          }
          expect(steps.at(-1)?.status).toBe('refused')
        },
      ),
      { numRuns: 150 },
    )
  })

  test('do not repeat, and show nothing of the password', async () => {
    const [first, second] = [await start(true), await start(true)]
    expect(first.message).not.toEqual(second.message)
  })
})

test('a password is not empty and not too long; the error does not show it', async () => {
  await expect(start(true, { password: '' })).rejects.toThrow(RangeError)
  await expect(start(true, { password: 'p'.repeat(MAX_PASSWORD_BYTES) })).resolves.toBeDefined()
  await expect(start(true, { password: 'secret'.repeat(200) })).rejects.toThrow(
    /^bytes of a password is a whole number from 1 to 1024, got 1200$/,
  )
})
