import { memoryStore } from '@pigeon/store'
import { describe, expect, test } from 'vitest'
import { bytes, sha256, TestNetwork } from '../test/network.ts'
import { Dht, DhtError, MAX_VALUE_BYTES } from './index.ts'
import { resolveLimits } from './options.ts'

const named = (name: string) => ({ kind: 'public', name }) as const

describe('limits', () => {
  test('each option is in bounds, and says what it got', () => {
    expect(() => resolveLimits({ paths: 4 })).toThrow('paths is a whole number from 1 to 3, got 4')
    expect(() => resolveLimits({ maxRecords: 1.5 })).toThrow(RangeError)
    expect(resolveLimits({}).maxBytes).toBe(16 * 2 ** 20)
  })

  test('a value of 8 KiB, and no more', () => {
    const net = new TestNetwork(10)
    const value = new Uint8Array(MAX_VALUE_BYTES).fill(7)
    expect(net.put(0, { kind: 'immutable', value }).ok).toBe(true)
    const got = net.get(5, { kind: 'immutable', hash: sha256(value) })
    expect(got.ok && got.value.record?.value).toEqual(value)
    const over = new Uint8Array(MAX_VALUE_BYTES + 1)
    expect(() => net.put(0, { kind: 'immutable', value: over })).toThrow(
      'at most 8192 bytes, got 8193',
    )
  })

  test('names, salts, keys and hashes have their lengths', () => {
    const { peers } = new TestNetwork(1)
    const dht = peers[0]?.dht as Dht
    expect(() => dht.addressOf(named(''))).toThrow('1 to 128')
    expect(() => dht.addressOf(named('x'.repeat(129)))).toThrow('got 129')
    expect(dht.addressOf(named('x'.repeat(128)))).toMatch(/^03[0-9a-f]{64}$/)
    const hash = new Uint8Array(31)
    expect(() => dht.addressOf({ kind: 'immutable', hash })).toThrow('a hash has 32 bytes, got 31')
    const key = new Uint8Array(32)
    const salt = new Uint8Array(65)
    expect(() => dht.addressOf({ kind: 'signed', key, salt })).toThrow('0 to 64 bytes, got 65')
  })

  test('as many operations at once as the limit says', () => {
    const net = new TestNetwork(10, { dht: { maxOperations: 2 } })
    const codes: (string | undefined)[] = []
    for (let index = 0; index < 3; index++) {
      net.dht(0).get(named('x'), {}, (got) => codes.push(got.ok ? 'ok' : got.error.code))
    }
    expect(codes).toEqual(['BUSY'])
    net.run(5000)
    expect(codes).toEqual(['BUSY', 'ok', 'ok'])
    expect(net.dht(0).stats.operations).toBe(0)
  })

  test('as many subscriptions, and kept records, as the limits say', () => {
    const net = new TestNetwork(10, { dht: { maxSubscriptions: 1, maxKept: 1 } })
    const end = net.dht(0).subscribe(named('a'), () => {})
    net.dht(0).subscribe(named('a'), () => {})
    expect(() => net.dht(0).subscribe(named('b'), () => {})).toThrow(DhtError)
    end()
    const value = bytes('x')
    expect(net.put(0, { ...named('a'), value }).ok).toBe(true)
    expect(net.put(0, { ...named('b'), value })).toMatchObject({ error: { code: 'BUSY' } })
    expect(net.put(0, { ...named('b'), value }, { keep: false }).ok).toBe(true)
  })

  test('replicas that are full say so', () => {
    const net = new TestNetwork(4, { dht: { maxRecordsPerOrigin: 2 } })
    const value = bytes('x')
    const codes = ['a', 'b', 'c'].map((name) => {
      const put = net.put(0, { ...named(name), value }, { keep: false })
      return put.ok ? 'ok' : put.error.code
    })
    expect(codes).toEqual(['ok', 'ok', 'FULL'])
  })

  test('a neighbour that sends too much, or rubbish, is counted and changes nothing', () => {
    const net = new TestNetwork(10, { dht: { linkByteRate: 20_000 } })
    const [one, other] = net.peers.map(({ id }) => id) as [never, never]
    net.network.connect(one, other)
    net.run(2000)
    const transport = net.network.transport(other)
    const random = net.simulation.random('rubbish')
    for (let count = 0; count < 2000; count++) {
      const rubbish = random.fill(new Uint8Array(200))
      rubbish[0] = 0x31 + (count % 5)
      transport.send(one, rubbish)
      if (count % 100 === 0) net.run(100)
    }
    net.run(5000)
    expect(net.dht(0).stats.rejected).toBeGreaterThan(500)
    expect(net.dht(0).stats.paths).toBeLessThanOrEqual(256)
    net.run(15_000)
    expect(net.dht(0).stats.paths).toBe(0)
    expect(net.put(3, { ...named('a'), value: bytes('fine') }).ok).toBe(true)
    expect(net.read(0, named('a'))).toBe('fine')
  })

  test('a peer that has just come keeps nothing where older ones are enough', () => {
    const net = new TestNetwork(10)
    net.run(5000)
    const young = net.peers.length
    net.add({ settleMs: 60_000 })
    net.run(3000)
    for (let index = 0; index < 30; index++) net.put(0, { ...named(`${index}`), value: bytes('x') })
    net.run(2000)
    expect(net.dht(young).held()).toEqual([])
    expect(net.read(young, named('3'))).toBe('x')
    net.run(120_000)
    expect(net.dht(young).held().length).toBeGreaterThan(0)
  })

  test('a closed one says so and leaves no timer', async () => {
    const net = new TestNetwork(3)
    net.put(0, { ...named('a'), value: bytes('x') })
    const { dht } = net.peers[0] as { dht: Dht }
    await dht.close()
    expect(net.get(0, named('a'))).toMatchObject({ error: { code: 'CLOSED' } })
    expect(() => dht.subscribe(named('a'), () => {})).toThrow('closed')
    expect(net.read(1, named('a'))).toBe('x')
  })

  test('a signer must prove the id of its peer', () => {
    const net = new TestNetwork(2)
    const [one, other] = net.peers as [(typeof net.peers)[0], (typeof net.peers)[0]]
    const { clock, random } = net.network.host(one.id)
    const transport = net.network.transport(one.id)
    const verify = () => true
    const make = () => new Dht({ transport, clock, random, verify, signer: other.signer })
    expect(make).toThrow('does not prove the id')
  })
})

test('records are there after a restart of all', async () => {
  const stores = Array.from({ length: 5 }, () => memoryStore())
  const net = new TestNetwork(5)
  const again = async (before: boolean) => {
    for (let index = 0; index < 5; index++) {
      if (before) net.crash(index)
      net.restart(index, { store: stores[index] as never })
    }
    await Promise.all(net.peers.map(({ dht }) => dht.ready))
    net.run(3000)
  }
  await again(true)
  const value = bytes('kept')
  net.put(0, { ...named('a'), value }, { keep: false })
  net.run(2000)
  await new Promise((resolve) => setTimeout(resolve, 0))
  await again(true)
  expect(net.read(3, named('a'))).toBe('kept')
})
