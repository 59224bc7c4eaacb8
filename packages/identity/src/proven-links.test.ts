import type { Link } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { encodeReady, encodeTalk, MAX_TALK_BYTES } from './admission-frames.ts'
import { someone } from './fixtures/people.ts'
import { ProvenWorld, type Someone, signalled, watched } from './fixtures/proven-pair.ts'
import type { Identity } from './identity.ts'
import { MAX_TALK_WAITING } from './link-talk.ts'
import type { ProvenLinksOptions } from './proven-links.ts'

let alice: Identity
let bob: Identity
let mallory: Identity
let world: ProvenWorld

beforeAll(async () => {
  ;[alice, bob, mallory] = [await someone(1), await someone(2), await someone(3)]
})

beforeEach(() => {
  world = new ProvenWorld()
})

type Options = Partial<ProvenLinksOptions>

/** Both ends of a link, each with options of its own. */
function pair(a: Options = {}, b: Options = {}, [first, second]: Someone[] = [alice, bob]) {
  const [here, there] = [first as Someone, second as Someone]
  const links = [world.links(here, a), world.links(there, b)] as const
  const one = links[0].create({ self: here.id, remote: there.id, dial: true })
  const other = links[1].create({ self: there.id, remote: here.id, dial: false })
  signalled(one, other)
  return { links, a: one, b: other, atA: watched(one), atB: watched(other) }
}

const refused = (code: string, by: 'self' | 'peer' = 'self') => ({ code, by })

/** A link of Alice to Bob whose other end is played by the test. */
function attacked(options: Options = {}, from: Someone = bob) {
  const link = world.links(alice, options).create({ self: alice.id, remote: from.id, dial: true })
  const other = world.raw(from.id, alice.id)
  signalled(link, other)
  const heard: Uint8Array[] = []
  other.on('frame', (frame) => heard.push(frame))
  return { link, other, heard, seen: watched(link) }
}

describe('a link', () => {
  test('opens when both ends have shown who they are, and carries frames', async () => {
    const { links, a, b, atA, atB } = pair()
    expect(a.send(Uint8Array.of(1))).toBe('gone')
    await world.settle()
    expect([atA.log, atB.log]).toEqual([['open'], ['open']])
    expect(a.peer).toEqual({ id: bob.id, key: bob.key, verified: true })
    expect(links[1].peer(alice.id)).toEqual({ id: alice.id, key: alice.key, verified: true })
    expect([a.send(Uint8Array.of(1, 2)), b.send(Uint8Array.of(3))]).toEqual(['sent', 'sent'])
    await world.settle()
    expect([atB.frames, atA.frames]).toEqual([[Uint8Array.of(1, 2)], [Uint8Array.of(3)]])
    void a.close()
    await world.settle()
    expect([atA.log, atB.log]).toEqual([
      ['open', 'close local'],
      ['open', 'close bye'],
    ])
    expect(world.clock.pending).toBe(0)
  })

  test('opens as well where cryptography takes its time', async () => {
    const slow = (who: Identity): Someone => ({
      id: who.id,
      key: who.key,
      sign: async (bytes) => who.sign(bytes),
    })
    const { atA, atB } = pair({}, {}, [slow(alice), slow(bob)])
    await world.settle()
    expect([atA.log, atB.log]).toEqual([['open'], ['open']])
  })

  test.each([
    ['network', { network: 'other' }, 'PROOF_INVALID'],
    ['key of a password', { links: undefined }, 'PROOF_INVALID'],
  ])('is refused where the other end has another %s', async (what, options, code) => {
    const memory = world.memory
    const bound = {
      maxFrameBytes: memory.maxFrameBytes,
      create: (options: Parameters<typeof memory.create>[0]) =>
        Object.defineProperty(memory.create(options), 'binding', { value: new Uint8Array(32) }),
    }
    const { atA, atB } = pair({}, what === 'network' ? (options as Options) : { links: bound })
    await world.settle()
    expect([atA.log, atB.log]).toEqual([['close rejected'], ['close rejected']])
    for (const { refusal } of [atA, atB]) expect(refusal?.code).toBe(code)
  })

  test('without certificates cannot be proven', async () => {
    const create = (options: { self: PeerId; remote: PeerId; dial: boolean }): Link =>
      Object.defineProperty(world.memory.create(options), 'fingerprints', { value: undefined })
    const { atA, atB } = pair({ links: { maxFrameBytes: 1000, create } })
    await world.settle()
    expect([atA.refusal, atB.refusal]).toEqual([
      refused('FINGERPRINT'),
      refused('FINGERPRINT', 'peer'),
    ])
  })
})

describe('who is not who they say', () => {
  test('is refused, and told why', async () => {
    const pretender: Someone = { id: bob.id, key: mallory.key, sign: (b) => mallory.sign(b) }
    const { atA, atB } = pair({}, {}, [alice, pretender])
    await world.settle()
    expect([atA.log, atA.refusal]).toEqual([['close rejected'], refused('PROOF_WRONG_ID')])
    expect([atB.log, atB.refusal]).toEqual([['close rejected'], refused('PROOF_WRONG_ID', 'peer')])
  })

  test('is refused with the key of an id that was known by another', async () => {
    const pretender: Someone = { id: bob.id, key: mallory.key, sign: (b) => mallory.sign(b) }
    const { links } = pair()
    await world.settle()
    const again = links[0].create({ self: alice.id, remote: bob.id, dial: true })
    const seen = watched(again)
    const there = world.links(pretender).create({ self: bob.id, remote: alice.id, dial: false })
    signalled(again, there)
    await world.settle()
    expect(seen.refusal).toEqual(refused('PROOF_SECOND_KEY'))
  })

  test('is taken where ids need not be of keys; one name at a time has one key', async () => {
    const id = 'ab'.repeat(20) as PeerId
    const named = (who: Identity): Someone => ({ id, key: who.key, sign: (b) => who.sign(b) })
    const lax = { allowUnverified: true }
    const { links, a, b, atA } = pair(lax, lax, [alice, named(bob)])
    await world.settle()
    expect(atA.log).toEqual(['open'])
    expect([a.peer?.verified, b.peer?.verified]).toEqual([false, true])
    const second = () => {
      const link = links[0].create({ self: alice.id, remote: id, dial: true })
      const other = world.links(named(mallory), lax)
      signalled(link, other.create({ self: id, remote: alice.id, dial: false }))
      return watched(link)
    }
    const during = second()
    await world.settle()
    expect(during.refusal).toEqual(refused('PROOF_SECOND_KEY'))
    void a.close()
    await world.settle()
    const after = second()
    await world.settle()
    expect(after.log).toEqual(['open'])
  })

  test('gets nowhere in the middle of two links: of 50 none opens', async () => {
    const seen = []
    for (let count = 0; count < 50; count++) {
      const [a, b] = [world.links(alice), world.links(bob)]
      const toBob = a.create({ self: alice.id, remote: bob.id, dial: true })
      const toAlice = b.create({ self: bob.id, remote: alice.id, dial: false })
      // Whoever carries the signals links with both, and passes on all they say.
      const asBob = world.raw(bob.id, alice.id)
      const asAlice = world.raw(alice.id, bob.id, true)
      signalled(toBob, asBob)
      signalled(asAlice, toAlice)
      asBob.on('frame', (frame) => asAlice.send(frame))
      asAlice.on('frame', (frame) => asBob.send(frame))
      seen.push(watched(toBob), watched(toAlice))
    }
    await world.settle()
    expect(seen.filter(({ log }) => log.includes('open'))).toEqual([])
    for (const { refusal } of seen) expect(refusal?.code).toBe('PROOF_INVALID')
  })

  test('gets nowhere by sending back what it gets', async () => {
    const { other, seen } = attacked()
    other.on('frame', (frame) => other.send(frame))
    await world.settle()
    expect([seen.log, seen.refusal]).toEqual([['close rejected'], refused('PROOF_REFLECTED')])
  })

  test('gets nowhere by saying again what was said on another link', async () => {
    const said: Uint8Array[] = []
    const before = attacked()
    const bobs = world.links(bob, {
      links: {
        maxFrameBytes: 1000,
        create: () => {
          const send = before.other.send.bind(before.other)
          return Object.defineProperty(before.other, 'send', {
            value: (frame: Uint8Array) => {
              said.push(frame)
              return send(frame)
            },
          })
        },
      },
    })
    bobs.create({ self: bob.id, remote: alice.id, dial: false })
    await world.settle()
    expect([before.seen.log, said.length]).toEqual([['open'], 3])
    const { other, seen } = attacked()
    other.on('open', () => {
      for (const frame of said) other.send(frame)
    })
    await world.settle()
    expect([seen.log, seen.refusal]).toEqual([['close rejected'], refused('PROOF_INVALID')])
  })
})

describe('before both proofs', () => {
  test.each([
    ['a frame of a protocol', Uint8Array.of(0, 1, 2)],
    ['nothing', new Uint8Array(0)],
    ['that it is ready', encodeReady()],
    ['something for the hook', encodeTalk(Uint8Array.of(1))],
    ['a refusal that is none', Uint8Array.of(4, 200)],
  ])('a side that sends %s is refused', async (_what, frame) => {
    const { other, seen } = attacked()
    other.on('open', () => other.send(frame))
    await world.settle()
    expect([seen.log, seen.frames]).toEqual([['close rejected'], []])
    expect(seen.refusal).toEqual(refused('PROOF_MALFORMED'))
  })

  test('a side that floods is refused', async () => {
    const never = () => new Promise<Uint8Array>(() => {})
    const { other, seen } = attacked({ identity: { id: alice.id, key: alice.key, sign: never } })
    const hello = Uint8Array.of(1, 1, ...bob.key, ...new Uint8Array(32))
    other.on('open', () => {
      for (let count = 0; count < 100; count++) other.send(hello)
    })
    await world.settle()
    expect(seen.refusal).toEqual(refused('PROOF_FLOOD'))
  })

  test('a side that says nothing has its time', async () => {
    const { seen } = attacked({ timeoutMs: 3000 })
    await world.settle(2900)
    expect(seen.log).toEqual([])
    await world.settle(200)
    expect([seen.log, seen.refusal]).toEqual([['close rejected'], refused('PROOF_TIMEOUT')])
  })

  test('a link that ends takes all with it', async () => {
    const { other, seen } = attacked()
    await world.settle(40)
    void other.close()
    await world.settle()
    expect(seen.log).toEqual(['close bye'])
    expect(world.clock.pending).toBe(0)
  })
})

describe('the hooks of two ends', () => {
  test('let a link open when both say yes, and may talk before', async () => {
    const heard: string[] = []
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    const { atA, atB } = pair(
      {
        authorize: async ({ id, verified }, io) => {
          heard.push(`${id === bob.id} ${verified}`)
          io.send(new TextEncoder().encode('ticket?'))
          return text(await io.receive()) === 'ticket 7'
        },
      },
      {
        authorize: async (_peer, io) => {
          heard.push(text(await io.receive()))
          return io.send(new TextEncoder().encode('ticket 7'))
        },
      },
    )
    await world.settle()
    expect(heard).toEqual(['true true', 'ticket?'])
    expect([atA.log, atB.log]).toEqual([['open'], ['open']])
  })

  test.each([
    ['says no', () => false],
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
  ])('keep a link shut at both ends where one %s', async (_how, authorize) => {
    const { atA, atB } = pair({ authorize })
    await world.settle()
    expect([atA.log, atA.refusal]).toEqual([['close rejected'], refused('NOT_AUTHORIZED')])
    expect([atB.log, atB.refusal]).toEqual([['close rejected'], refused('NOT_AUTHORIZED', 'peer')])
  })

  test('hear of the end of the link, and are heard only so far', async () => {
    const ends: string[] = []
    const size: string[] = []
    const { atB } = pair(
      {
        authorize: (_peer, io) => {
          try {
            io.send(new Uint8Array(MAX_TALK_BYTES + 1))
          } catch (error) {
            size.push((error as Error).name)
          }
          for (let count = 0; count <= MAX_TALK_WAITING; count++) io.send(Uint8Array.of(count))
          return true
        },
      },
      {
        authorize: async (_peer, io) => {
          await new Promise((resolve) => world.clock.after(50, () => resolve(undefined)))
          for (let count = 0; count < MAX_TALK_WAITING; count++) await io.receive()
          return io.receive().then(
            () => true,
            (error: Error) => {
              ends.push(error.message)
              return true
            },
          )
        },
      },
    )
    await world.settle()
    expect([atB.refusal, ends, size]).toEqual([
      refused('PROOF_FLOOD'),
      ['the link ended'],
      ['RangeError'],
    ])
  })

  test('wait for a hook that takes its time, and say so meanwhile', async () => {
    const authorize = () =>
      new Promise<boolean>((resolve) => world.clock.after(9000, () => resolve(true)))
    const { a, atA, atB } = pair({ authorize })
    let signs = 0
    a.on('progress', () => signs++)
    await world.settle(9500)
    expect([atA.log, atB.log]).toEqual([['open'], ['open']])
    expect(signs).toBeGreaterThanOrEqual(9)
    await world.settle(3000)
    expect(signs).toBeLessThan(14)
  })

  test('end with a hook that takes too long', async () => {
    const { atA, atB } = pair({ authorize: () => new Promise(() => {}), authorizeTimeoutMs: 2000 })
    await world.settle(2500)
    expect(atA.refusal).toEqual(refused('PROOF_TIMEOUT'))
    expect(atB.refusal).toEqual(refused('PROOF_TIMEOUT', 'peer'))
  })
})
