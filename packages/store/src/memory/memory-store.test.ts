import { describe, expect, test } from 'vitest'
import {
  createStore,
  keyText,
  MemoryEngine,
  memoryStore,
  type Store,
  StoreError,
} from '../index.ts'
import { storeContract, TestDisk } from '../testing.ts'

describe('a store in memory', () => {
  test.each(storeContract())('$name', ({ run }) =>
    run({ open: async (limits) => memoryStore(limits) }),
  )

  test('has a limit of its own: what exceeds it leaves nothing, what shrinks it always fits', async () => {
    // An entry with a key of one byte and a value of 67 costs 100.
    const value = new Uint8Array(67)
    const store = memoryStore({ maxBytes: 200 })
    await store.batch([
      { put: 'a', value },
      { put: 'b', value },
    ])
    const full = store.batch([{ delete: 'a' }, { put: 'b', value: new Uint8Array(168) }])
    await expect(full).rejects.toMatchObject({ code: 'QUOTA', message: /1 bytes do not fit/ })
    expect(await store.get('a')).toEqual(value)
    await store.batch([{ delete: 'a' }, { put: 'b', value: new Uint8Array(167) }])
    expect(() => memoryStore({ maxBytes: 0 })).toThrow(RangeError)
  })

  test('that became too large may shrink step by step', async () => {
    const engine = new MemoryEngine(300)
    const store = createStore(engine)
    const value = new Uint8Array(67)
    await store.batch(['a', 'b', 'c'].map((put) => ({ put, value })))
    engine.maxBytes = 100
    await store.batch([{ delete: 'a' }])
    await store.batch([{ put: 'b', value: new Uint8Array(66) }])
    expect(engine.bytes).toBe(199)
    await expect(store.batch([{ put: 'c', value: new Uint8Array(68) }])).rejects.toThrow(StoreError)
  })
})

describe('a disk for tests', () => {
  const abilities = ['reopen', 'share', 'fail', 'fill'] as const
  test.each(storeContract(...abilities))('$name', ({ run }) => {
    const disk = new TestDisk()
    return run({
      open: async (limits) => disk.open(limits),
      failNextBatch: async () => disk.failNextBatch(),
      limitRoom: async (bytes) => disk.limitRoom(bytes),
    })
  })

  const value = Uint8Array.of(1)
  const keys = async (store: Store): Promise<string> => {
    let found = ''
    for await (const { key } of store.range()) found += keyText(key)
    return found
  }

  test('loses in a crash what was not durable, and nothing else', async () => {
    const disk = new TestDisk()
    const store = disk.open()
    await store.batch([
      { put: 'a', value },
      { put: 'b', value },
    ])
    await store.batch([{ put: 'c', value }], { durable: true })
    await store.batch([
      { delete: 'a' },
      { put: 'd', value },
      { put: 'c', value: new Uint8Array(9) },
    ])
    await store.batch([{ delete: 'd' }, { put: 'e', value }, { put: 'a', value }, { delete: 'a' }])
    expect(await keys(store)).toBe('bce')
    disk.crash()
    await expect(store.get('b')).rejects.toMatchObject({ code: 'FAILED' })
    await expect(store.batch([{ delete: 'b' }])).rejects.toMatchObject({ code: 'FAILED' })
    const again = disk.open()
    expect(await keys(again)).toBe('abc')
    expect(await again.get('c')).toEqual(value)
  })

  test('fails as it was told, once', async () => {
    const disk = new TestDisk()
    const store = disk.open()
    disk.failNextBatch(new StoreError('CORRUPT', 'the head crashed'))
    await expect(store.batch([{ put: 'a', value }])).rejects.toThrow('the head crashed')
    await store.batch([{ put: 'a', value }])
    expect(await keys(store)).toBe('a')
  })
})
