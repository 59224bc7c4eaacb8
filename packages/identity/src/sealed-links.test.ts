import type { Link, LinkFactory, Signal } from '@pigeon/transport'
import { seededRandom } from '@pigeon/transport/testing'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { carry, readCarried } from './carried-signal.ts'
import { someone } from './fixtures/people.ts'
import { ProvenWorld, signalled, watched } from './fixtures/proven-pair.ts'
import type { Identity } from './identity.ts'
import { startPasswordExchange } from './password-exchange.ts'
import { SealedLinks, type SealedLinksOptions } from './sealed-links.ts'
import { generateShareSecret, sessionFromSecret } from './share-secret.ts'

const secret = generateShareSecret(seededRandom(7))
const password = 'correct horse'

let alice: Identity
let bob: Identity
let world: ProvenWorld

beforeAll(async () => {
  ;[alice, bob] = [await someone(1), await someone(2)]
  // What is loaded on need is there, so that only messages take their time.
  const session = { network: 'net', linkId: 'x', self: alice.id, remote: bob.id }
  const random = seededRandom(1)
  await (await sessionFromSecret({ ...session, secret, random })).seal(new Uint8Array(1))
  await startPasswordExchange({ ...session, password, initiator: true, random })
})

beforeEach(() => {
  world = new ProvenWorld()
})

type Options = Partial<SealedLinksOptions>
type Carry = (from: 'a' | 'b', signal: Signal, deliver: (signal: Signal) => void) => void

let seed = 0

/** The links of one peer in a network with a password or a secret, proven. */
function links(identity: Identity, options: Options): LinkFactory {
  const { clock, memory } = world
  const random = seededRandom(++seed)
  const sealed = new SealedLinks({ links: memory, network: 'net', clock, random, ...options })
  return world.links(identity, { links: sealed })
}

/** Two ends of a link, and all signals that went between them. */
function pair(a: Options, b: Options, dial = [true, false], hub?: Carry) {
  const one = links(alice, a).create({ self: alice.id, remote: bob.id, dial: dial[0] as boolean })
  const other = links(bob, b).create({ self: bob.id, remote: alice.id, dial: dial[1] as boolean })
  const recorded: Signal[] = []
  const between = (from: 'a' | 'b', to: Link) => (signal: Signal) => {
    recorded.push(signal)
    if (hub === undefined) to.signal(signal)
    else hub(from, signal, (changed) => to.signal(changed))
  }
  one.on('signal', between('a', other))
  other.on('signal', between('b', one))
  return { a: one, b: other, atA: watched(one), atB: watched(other), recorded }
}

const refused = (code: string, by: 'self' | 'peer' = 'self') => ({ code, by })
const text = (signal: Signal) => ('sdp' in signal ? signal.sdp : signal.candidate)

describe.each([
  ['password', { password }, { password: 'correct hoarse' }],
  ['secret', { secret }, { secret: generateShareSecret(seededRandom(8)) }],
])('a network with a %s', (kind, right, wrong) => {
  test('links those who have it, and nobody else reads their signals', async () => {
    const { a, b, atA, atB, recorded } = pair(right, right)
    await world.settle()
    expect([atA.log, atB.log]).toEqual([['open'], ['open']])
    expect(a.connection).toBe(b.connection)
    expect([a.send(Uint8Array.of(1)), b.send(Uint8Array.of(2))]).toEqual(['sent', 'sent'])
    await world.settle()
    expect([atB.frames, atA.frames]).toEqual([[Uint8Array.of(1)], [Uint8Array.of(2)]])
    for (const signal of recorded) expect(text(signal)).toMatch(/^(exchange|sealed):[0-9a-f]+$/)
    void a.close()
    await world.settle()
    expect([atA.log[1], atB.log[1], world.clock.pending]).toEqual(['close local', 'close bye', 0])
  })

  test('refuses whoever has another, and says so', async () => {
    const { atA, atB } = pair(right, wrong)
    await world.settle()
    const code = kind === 'password' ? 'WRONG_PASSWORD' : 'WRONG_SECRET'
    const ends = [atA, atB].map(({ log, refusal }) => ({ log, refusal }))
    const log = ['close rejected']
    // With a password who dialled sees it first, with a secret the other side.
    expect(ends).toContainEqual({ log, refusal: refused(code) })
    expect(ends).toContainEqual({ log, refusal: refused(code, 'peer') })
  })

  test('refuses whoever does without', async () => {
    const { atB } = pair({ ...right }, right, [true, false], (from, signal, deliver) => {
      const sdp = 'v=0\r\nm=application 9 UDP/DTLS/SCTP x\r\n'
      deliver(from === 'a' ? { type: 'offer', connection: 'ab'.repeat(16), sdp } : signal)
    })
    await world.settle()
    expect([atB.log, atB.refusal]).toEqual([['close rejected'], refused('PASSWORD_NEEDED')])
  })

  test('makes one link of two when both ends dial at once', async () => {
    for (let count = 0; count < 20; count++) {
      const { a, b, atA, atB } = pair(right, right, [true, true])
      await world.settle()
      expect([atA.log, atB.log]).toEqual([['open'], ['open']])
      expect(a.connection).toBe(b.connection)
    }
  })

  test('gives up where nothing comes back, in time', async () => {
    const { atA } = pair({ ...right, timeoutMs: 3000 }, right, [true, false], () => {})
    await world.settle(kind === 'password' ? 3100 : 15_100)
    expect(atA.log).toEqual(['close timeout'])
    expect(world.clock.pending).toBe(kind === 'password' ? 1 : 0)
  })

  test('is linked rightly or not at all by a hub that repeats, drops, swaps and invents', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (hubSeed) => {
        world = new ProvenWorld()
        const dice = seededRandom(hubSeed >>> 0)
        const roll = () => (dice.fill(new Uint8Array(1))[0] as number) / 256
        const seen: Signal[] = []
        const hub: Carry = (_from, signal, deliver) => {
          seen.push(signal)
          const chance = roll()
          if (chance < 0.05) return
          if (chance < 0.15) deliver(seen[Math.floor(roll() * seen.length)] as Signal)
          if (chance < 0.25) setImmediate(() => deliver(signal))
          else deliver(signal)
          if (chance > 0.85) deliver(signal)
          if (chance > 0.95) deliver(altered(signal, roll()))
        }
        const { a, b, atA, atB } = pair(right, right, [true, roll() < 0.3], hub)
        await world.settle(400)
        expect(atA.log.includes('open')).toBe(atB.log.includes('open'))
        if (!atA.log.includes('open')) return
        expect(a.fingerprints).toEqual({
          local: b.fingerprints?.remote,
          remote: b.fingerprints?.local,
        })
      }),
      { numRuns: 40 },
    )
  })

  test('is not entered by a hub in the middle: of 20 no link opens', async () => {
    for (let count = 0; count < 20; count++) {
      // It answers each end itself, with what it can make up.
      const wrongly = links(bob, wrong).create({ self: bob.id, remote: alice.id, dial: false })
      const end = links(alice, right).create({ self: alice.id, remote: bob.id, dial: true })
      signalled(end, wrongly)
      const seen = watched(end)
      await world.settle()
      expect(seen.log).toEqual(['close rejected'])
    }
  })
})

test('a hub that knows the password still cannot be one of the ends', async () => {
  const { memory } = world
  const [a, b] = [links(alice, { password }), links(bob, { password })]
  const toBob = a.create({ self: alice.id, remote: bob.id, dial: true })
  const toAlice = b.create({ self: bob.id, remote: alice.id, dial: false })
  const rest = { links: memory, network: 'net', clock: world.clock, password }
  const [asBob, asAlice] = [
    new SealedLinks({ ...rest, random: seededRandom(91) }),
    new SealedLinks({ ...rest, random: seededRandom(92) }),
  ]
  const here = asBob.create({ self: bob.id, remote: alice.id, dial: false })
  const there = asAlice.create({ self: alice.id, remote: bob.id, dial: true })
  signalled(toBob, here)
  signalled(there, toAlice)
  here.on('frame', (frame) => there.send(frame))
  there.on('frame', (frame) => here.send(frame))
  const seen = [watched(toBob), watched(toAlice)]
  await world.settle()
  for (const { log, refusal } of seen) {
    expect(log).toEqual(['close rejected'])
    expect(refusal?.code).toBe('PROOF_INVALID')
  }
})

test('after five wrong passwords of one id there is no sixth try within the minute', async () => {
  const sealed = { links: world.memory, network: 'net', clock: world.clock }
  const strict = new SealedLinks({ ...sealed, password, random: seededRandom(1) })
  const codes: unknown[] = []
  const attempt = async () => {
    const end = strict.create({ self: bob.id, remote: alice.id, dial: false })
    const guess = new SealedLinks({ ...sealed, password: 'guess', random: seededRandom(++seed) })
    signalled(end, guess.create({ self: alice.id, remote: bob.id, dial: true }))
    const seen = watched(end)
    await world.settle(60)
    codes.push(seen.refusal?.code)
  }
  for (let count = 0; count < 6; count++) await attempt()
  expect(codes).toEqual([...Array(5).fill('WRONG_PASSWORD'), 'TOO_MANY_ATTEMPTS'])
  await world.settle(60_000)
  await attempt()
  expect(codes.at(-1)).toBe('WRONG_PASSWORD')
})

test('all that a hub saw of a network with a password answers no guess, not even the right one', async () => {
  const { recorded, atA } = pair({ password }, { password })
  await world.settle()
  expect(atA.log).toEqual(['open'])
  const messages = recorded.map((signal) => readCarried(signal))
  const exchange = messages.flatMap((one) => (one?.kind === 'exchange' ? [one.bytes] : []))
  const sealed = messages.flatMap((one) => (one?.kind === 'sealed' ? [one.bytes] : []))
  const linkId = messages[0]?.connection as string
  expect([exchange.length, sealed.length]).toEqual([3, 2])
  const answers = new Set<string>()
  for (const guess of [password, 'guess', 'correct hoarse', 'x']) {
    const said: unknown[] = []
    for (const [self, remote] of [
      [alice.id, bob.id],
      [bob.id, alice.id],
    ] as const) {
      // The protocol itself, run again on what was recorded.
      for (const initiator of [true, false]) {
        const run = { network: 'net', linkId, self, remote, password: guess, initiator }
        const random = seededRandom(5)
        for (const first of exchange) {
          for (const second of exchange) {
            const end = await startPasswordExchange({ ...run, random })
            const steps = [end.receive(first), end.receive(second)]
            said.push(...steps.map((step) => ('code' in step ? step.code : step.status)))
          }
        }
      }
      // The password as if it were a key.
      const bytes = new TextEncoder().encode(guess)
      const { SessionKey } = await import('./session-key.ts')
      const key = new SessionKey(bytes, { network: 'net', linkId, self, remote }, seededRandom(5))
      for (const one of sealed) said.push((await key.open(one)) === undefined)
    }
    answers.add(JSON.stringify(said))
  }
  expect(answers.size).toBe(1)
  expect([...answers][0]).not.toContain('agreed')
})

test('runs that nobody answers do not count', async () => {
  const { clock, memory } = world
  const random = seededRandom(1)
  const sealed = new SealedLinks({ links: memory, network: 'net', clock, random, password })
  for (let count = 0; count < 20; count++) {
    const link = sealed.create({ self: bob.id, remote: alice.id, dial: true })
    const seen = watched(link)
    await world.settle(20)
    void link.close()
    expect(seen.refusal).toBeUndefined()
  }
})

test('after five wrong answers of one id it is not asked any further', async () => {
  const sealed = { links: world.memory, network: 'net', clock: world.clock }
  const strict = new SealedLinks({ ...sealed, password, random: seededRandom(1) })
  const codes: unknown[] = []
  for (let count = 0; count < 6; count++) {
    const end = strict.create({ self: bob.id, remote: alice.id, dial: true })
    const guess = new SealedLinks({ ...sealed, password: 'guess', random: seededRandom(++seed) })
    signalled(end, guess.create({ self: alice.id, remote: bob.id, dial: false }))
    const seen = watched(end)
    await world.settle(60)
    codes.push(seen.refusal?.code)
  }
  expect(codes).toEqual([...Array(5).fill('WRONG_PASSWORD'), 'TOO_MANY_ATTEMPTS'])
})

test('signals without end are counted, not kept', async () => {
  const { clock, memory } = world
  const random = seededRandom(1)
  const sealed = new SealedLinks({ links: memory, network: 'net', clock, random, secret })
  const link = sealed.create({ self: bob.id, remote: alice.id, dial: true })
  const connection = 'ab'.repeat(16)
  for (let count = 0; count < 1000; count++) {
    link.signal(carry({ type: 'candidate', connection, kind: 'sealed', bytes: Uint8Array.of(1) }))
  }
  expect(link.rejected).toBe(1000 - 127)
  await world.settle()
  for (let count = 0; count < 20; count++) {
    const connection = count.toString(16).padStart(32, '0')
    link.signal(carry({ type: 'offer', connection, kind: 'exchange', bytes: Uint8Array.of(1) }))
    await world.settle(10)
  }
  expect(link.state).not.toBe('open')
})

test('anything may come as a signal', async () => {
  const { clock, memory } = world
  const random = seededRandom(1)
  const sealed = new SealedLinks({ links: memory, network: 'net', clock, random, password })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.anything(), { maxLength: 5 }), async (signals) => {
      const link = sealed.create({ self: bob.id, remote: alice.id, dial: true })
      for (const signal of signals) link.signal(signal)
      await world.settle(20)
      expect(link.state).not.toBe('open')
      void link.close()
    }),
    { numRuns: 100 },
  )
})

test('wrong options are refused, and not shown', () => {
  const { clock, memory } = world
  const make = (options: Options) =>
    new SealedLinks({ links: memory, network: 'net', clock, random: seededRandom(1), ...options })
  expect(() => make({})).toThrow(TypeError)
  expect(() => make({ password, secret })).toThrow(TypeError)
  expect(() => make({ password: '' })).toThrow(RangeError)
  expect(() => make({ password: 'x'.repeat(1025) })).toThrow(RangeError)
  expect(() => make({ secret: 'hunter2' })).toThrow(/^(?!.*hunter2)/)
  expect(() => make({ password, timeoutMs: 0 })).toThrow(RangeError)
})

/** One character of what a signal carries is another. */
function altered(signal: Signal, where: number): Signal {
  const carried = readCarried(signal)
  if (carried === undefined) return signal
  const bytes = carried.bytes.slice()
  const at = Math.floor(where * bytes.length)
  bytes[at] = (bytes[at] as number) ^ 1
  return carry({ ...carried, bytes })
}
