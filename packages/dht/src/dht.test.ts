import type { Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { bytes, sha256, type signerOf, TestNetwork } from '../test/network.ts'
import { Swallowing } from '../test/swallowing.ts'
import { placeOf } from './address.ts'
import type { DhtError, Signer } from './index.ts'

const greeting = { kind: 'public', name: 'greeting' } as const
const SEEDS = [1, 2, 3, 4, 5]

/** The code of what failed. */
function codeOf(outcome: { ok: boolean; error?: DhtError }): string | undefined {
  return outcome.ok ? undefined : outcome.error?.code
}

describe('a table', () => {
  test('what one peer puts every other gets', () => {
    const net = new TestNetwork(50)
    expect(net.put(3, { ...greeting, value: bytes('hello') })).toMatchObject({ ok: true })
    for (let peer = 0; peer < 50; peer++) expect(net.read(peer, greeting)).toBe('hello')
    const value = bytes('for ever')
    expect(net.put(7, { kind: 'immutable', value }).ok).toBe(true)
    expect(net.read(40, { kind: 'immutable', hash: sha256(value) })).toBe('for ever')
    expect(net.put(9, { kind: 'signed', value: bytes('mine') }).ok).toBe(true)
    const key = net.peers[9]?.signer.key as Uint8Array
    expect(net.read(11, { kind: 'signed', key })).toBe('mine')
    expect(net.read(12, { kind: 'public', name: 'nothing' })).toBeUndefined()
  })

  test('one alone has its own, and others as soon as they come', () => {
    const net = new TestNetwork(1)
    expect(net.put(0, { ...greeting, value: bytes('alone') }).ok).toBe(true)
    expect(net.read(0, greeting)).toBe('alone')
    net.add()
    net.run(3000)
    expect(net.read(1, greeting)).toBe('alone')
    expect(net.holders(net.dht(0).addressOf(greeting))).toEqual([0, 1])
  })

  test.each(SEEDS)('all ways to a place end at the closest peer (seed %i)', (seed) => {
    const net = new TestNetwork(60, { seed })
    for (let index = 0; index < 20; index++) {
      const target = { kind: 'public', name: `key ${index}` } as const
      for (const peer of [0, 17, 31]) {
        const explored = net.wait<{ ok: boolean }>((done) =>
          net.dht(peer).explore(target, { place: index % 3 }, done),
        )
        const { value } = explored as unknown as { value: { place: never; path: string[] } }
        expect(value.path[0]).toBe(net.peers[peer]?.id)
        expect(value.path.at(-1)).toBe(net.closest(value.place)[0]?.id)
      }
    }
  })

  test('a record is at the closest five of each place', () => {
    const net = new TestNetwork(60)
    net.put(0, { ...greeting, value: bytes('x') })
    net.run(2000)
    const address = net.dht(0).addressOf(greeting)
    const [closest] = net.closest(address.slice(2, 42) as never)
    const ring = net.living.map(({ id }) => id).sort()
    const at = ring.indexOf(closest?.id as never)
    const expected = [-2, -1, 0, 1, 2].map((step) => ring[(at + step + 60) % 60])
    const holders = net.holders(address).map((index) => net.peers[index]?.id)
    expect(holders).toEqual(expect.arrayContaining(expected))
    expect(holders.length).toBeGreaterThanOrEqual(11)
    expect(holders.length).toBeLessThanOrEqual(15)
  })
})

test.each(SEEDS)('the three next to each place who swallow all hide nothing (seed %i)', (seed) => {
  const swallowing = new Set<PeerId>()
  const disguise = (plain: Transport) => new Swallowing(plain, (self) => swallowing.has(self))
  const net = new TestNetwork(120, { seed, disguise, dht: { paths: 3 } })
  const ring = net.living.map(({ id }) => id).sort()
  const target = { kind: 'signed', key: net.peers[0]?.signer.key as Uint8Array } as const
  const address = net.dht(0).addressOf(target)
  for (const index of [0, 1, 2]) {
    const [closest] = net.closest(placeOf(address, index, sha256))
    const at = ring.indexOf(closest?.id as PeerId)
    for (const step of [-1, 0, 1]) swallowing.add(ring[(at + step + 120) % 120] as PeerId)
  }
  expect(net.put(0, { kind: 'signed', value: bytes('here') }, { seq: 1 }).ok).toBe(true)
  for (let peer = 100; peer < 120; peer++) expect(net.read(peer, target)).toBe('here')
})

describe('who may write', () => {
  test('only the holder of a key writes what it signs', () => {
    const net = new TestNetwork(20)
    const signer = net.peers[0]?.signer as ReturnType<typeof signerOf>
    net.put(0, { kind: 'signed', value: bytes('mine') })
    const thief = { key: signer.key, sign: () => new Uint8Array(64) }
    const stolen = net.put(5, { kind: 'signed', value: bytes('stolen'), signer: thief })
    expect(codeOf(stolen)).toBe('INVALID')
    expect(net.read(6, { kind: 'signed', key: signer.key })).toBe('mine')
  })

  test('a lower number is refused, with what stands', () => {
    const net = new TestNetwork(20)
    const { signer } = net.peers[0] as { signer: ReturnType<typeof signerOf> }
    net.put(0, { kind: 'signed', value: bytes('five') }, { seq: 5 })
    const late = net.put(1, { kind: 'signed', value: bytes('four'), signer }, { seq: 4 })
    expect(late).toMatchObject({ ok: false, current: { seq: 5 } })
    expect(codeOf(late)).toBe('OUTDATED')
  })

  test.each(SEEDS)(
    'of two with one number all replicas keep one, and the loser is told (seed %i)',
    (seed) => {
      const net = new TestNetwork(40, { seed })
      const { signer } = net.peers[0] as { signer: ReturnType<typeof signerOf> }
      const losers = new Set<number>()
      for (const tab of [0, 1]) {
        net.dht(tab).on('overtaken', () => losers.add(tab))
        net
          .dht(tab)
          .put({ kind: 'signed', signer, value: Uint8Array.of(tab) }, { seq: 1 }, ({ ok }) => {
            if (!ok) losers.add(tab)
          })
      }
      net.run(5000)
      const address = net.dht(0).addressOf({ kind: 'signed', key: signer.key })
      const values = new Set(
        net.holders(address).map((peer) => net.dht(peer).peek(address)?.value[0]),
      )
      expect(values.size).toBe(1)
      const [winner] = values
      expect([...losers]).toEqual([1 - (winner as number)])
    },
  )

  test('a number that is expected decides who writes', () => {
    const net = new TestNetwork(20)
    expect(net.put(0, { ...greeting, value: bytes('one') }, { expected: 0 }).ok).toBe(true)
    expect(codeOf(net.put(1, { ...greeting, value: bytes('two') }, { expected: 0 }))).toBe(
      'CHANGED',
    )
    const found = net.get(2, greeting)
    const seq = found.ok ? (found.value.record?.seq as number) : 0
    expect(net.put(1, { ...greeting, value: bytes('two') }, { expected: seq }).ok).toBe(true)
    expect(net.read(3, greeting)).toBe('two')
  })

  test.each(SEEDS)(
    'of those that write the same at once and expect the same one wins (seed %i)',
    (seed) => {
      const net = new TestNetwork(20, { seed })
      const draft = { kind: 'signed', signer: net.peers[0]?.signer as Signer } as const
      net.put(0, { ...draft, value: bytes('1') }, { seq: 1 })
      const outcomes: string[] = []
      net.wait<void>((done) => {
        for (const peer of [1, 7, 13]) {
          net.dht(peer).put({ ...draft, value: bytes('2') }, { expected: 1 }, (outcome) => {
            outcomes.push(codeOf(outcome) ?? 'ok')
            if (outcomes.length === 3) done()
          })
        }
      })
      expect(outcomes.sort()).toEqual(['CHANGED', 'CHANGED', 'ok'])
    },
  )

  test('what is deleted is gone, and stays so', () => {
    const net = new TestNetwork(20)
    net.put(0, { ...greeting, value: bytes('here') }, { keep: false })
    const gone = net.wait<{ ok: boolean }>((done) => net.dht(1).delete(greeting, {}, done))
    expect(gone.ok).toBe(true)
    expect(net.read(2, greeting)).toBeUndefined()
    net.put(3, { ...greeting, value: bytes('again') })
    expect(net.read(4, greeting)).toBe('again')
  })
})

describe('peers come and go', () => {
  test.each(SEEDS)('a record outlives those that held it (seed %i)', (seed) => {
    const net = new TestNetwork(40, { seed })
    net.put(0, { ...greeting, value: bytes('kept') }, { keep: false })
    net.run(2000)
    const address = net.dht(0).addressOf(greeting)
    for (let round = 0; round < 5; round++) {
      const holders = net.holders(address).filter((peer) => peer !== 39)
      for (const peer of holders.slice(0, 3)) net.crash(peer)
      for (let count = 0; count < 3; count++) net.add()
      net.link()
      net.run(5000)
      expect(net.read(39, greeting)).toBe('kept')
    }
  })

  test('a record lives as long as its owner keeps it, and ends when it does not', () => {
    const net = new TestNetwork(20)
    const value = bytes('short')
    net.put(0, { ...greeting, value }, { ttlMs: 20_000 })
    net.put(0, { kind: 'public', name: 'once', value }, { ttlMs: 20_000, keep: false })
    net.run(100_000)
    expect(net.read(5, greeting)).toBe('short')
    expect(net.read(5, { kind: 'public', name: 'once' })).toBeUndefined()
    net.dht(0).release(greeting)
    net.run(40_000)
    expect(net.read(5, greeting)).toBeUndefined()
    expect(net.dht(0).stats.kept).toBe(0)
  })

  test.each(SEEDS)('halves that were apart agree again (seed %i)', (seed) => {
    const net = new TestNetwork(30, { seed })
    net.put(0, { ...greeting, value: bytes('before') })
    net.run(1000)
    const ids = net.peers.map(({ id }) => id)
    net.network.partition([ids.slice(0, 15), ids.slice(15)])
    net.run(8000)
    net.link()
    net.run(2000)
    net.put(0, { ...greeting, value: bytes('left') })
    net.put(20, { ...greeting, value: bytes('right') })
    net.network.heal()
    net.link()
    net.run(90_000)
    for (const peer of [1, 16]) expect(net.read(peer, greeting)).toBe('right')
  })

  test.each(SEEDS)('links that lose frames only cost time (seed %i)', (seed) => {
    const net = new TestNetwork(30, { seed, network: { lossRate: 0.05 } })
    net.run(31_000)
    for (let index = 0; index < 10; index++) {
      const target = { kind: 'public', name: `key ${index}` } as const
      expect(net.put(index, { ...target, value: bytes('x') }).ok).toBe(true)
      expect(net.read(29 - index, target)).toBe('x')
    }
  })
})

describe('followers', () => {
  test('hear what stands and each change, once', () => {
    const net = new TestNetwork(40)
    const seen: (string | undefined)[] = []
    net.put(0, { ...greeting, value: bytes('one') })
    const end = net
      .dht(20)
      .subscribe(greeting, ({ deleted, value }) =>
        seen.push(deleted ? undefined : new TextDecoder().decode(value)),
      )
    net.run(2000)
    net.put(1, { ...greeting, value: bytes('two') })
    net.run(2000)
    net.wait((done) => net.dht(2).delete(greeting, {}, done))
    net.run(100_000)
    expect(seen).toEqual(['one', 'two', undefined])
    end()
    net.put(3, { ...greeting, value: bytes('three') })
    net.run(2000)
    expect(seen.length).toBe(3)
    net.run(200_000)
    expect(net.peers.reduce((sum, { dht }) => sum + dht.stats.leases, 0)).toBe(0)
  })

  test.each(SEEDS)(
    'miss nothing beyond a renewal when all replicas but one die (seed %i)',
    (seed) => {
      const net = new TestNetwork(40, { seed, dht: { renewMs: 10_000 } })
      const seen: string[] = []
      net.put(0, { ...greeting, value: bytes('one') })
      net.dht(1).subscribe(greeting, ({ value }) => seen.push(new TextDecoder().decode(value)))
      net.run(2000)
      const holders = net.holders(net.dht(0).addressOf(greeting)).filter((peer) => peer > 2)
      for (const peer of holders.slice(1)) net.crash(peer)
      net.link()
      net.run(1000)
      net.put(2, { ...greeting, value: bytes('two') })
      net.run(13_000)
      expect(seen).toEqual(['one', 'two'])
    },
  )
})
