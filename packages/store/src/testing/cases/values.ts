import { bytesOf, entriesOf, keysOf, puts } from '../bytes.ts'
import { expectMisuse, expectSame } from '../expect.ts'
import type { StoreCase } from '../harness.ts'

/** What is put can be got. */
export const values: readonly StoreCase[] = [
  {
    name: 'an empty store has nothing',
    async run({ open }) {
      const store = await open()
      expectSame(await store.get('a'), undefined, 'a key that was never put')
      expectSame(await keysOf(store), '', 'a range of nothing')
      await store.close()
    },
  },
  {
    name: 'values of all sizes come back whole',
    async run({ open }) {
      const store = await open()
      const sizes = [0, 1, 255, 256, 65_535, 65_536, 1024 * 1024]
      const value = (size: number): Uint8Array =>
        Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) & 255)
      for (const size of sizes) await store.batch([{ put: `${size}`, value: value(size) }])
      for (const size of sizes) expectSame(await store.get(`${size}`), value(size), `${size} bytes`)
      await store.close()
    },
  },
  {
    name: 'a batch puts and deletes, and of two steps for one key the later counts',
    async run({ open }) {
      const store = await open()
      await store.batch(puts('a', 'b', 'c'))
      await store.batch([
        { delete: 'a' },
        { put: 'b', value: bytesOf(2) },
        { put: 'b', value: bytesOf(3) },
        { put: 'd', value: bytesOf(2) },
        { delete: 'd' },
        { delete: 'e' },
        { put: 'e', value: bytesOf(2) },
        { delete: 'nothing' },
      ])
      expectSame(await keysOf(store), 'b c e', 'what is left')
      expectSame(await store.get('b'), bytesOf(3), 'the later value')
      await store.batch([])
      await store.batch([], { durable: true })
      await store.close()
    },
  },
  {
    name: 'batches that are not waited for take effect in the order of their calls',
    async run({ open }) {
      const store = await open()
      const all: Promise<void>[] = []
      for (let round = 0; round < 50; round++) {
        const value = bytesOf(round)
        const steps = [{ put: 'a', value }, { put: 'b', value }, { delete: `${round - 1}` }]
        all.push(store.batch([...steps, { put: `${round}`, value }], { durable: round % 7 === 0 }))
      }
      await Promise.all(all)
      expectSame(await store.get('a'), bytesOf(49), 'the last value')
      expectSame(await keysOf(store), '49 a b', 'each batch saw the one before')
      await store.close()
    },
  },
  {
    name: 'text is its UTF-8 bytes, as a key',
    async run({ open }) {
      const store = await open()
      await store.batch(puts('é€😀'))
      const utf8 = [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]
      expectSame(await store.get(Uint8Array.from(utf8)), bytesOf(1), 'asked for by bytes')
      await store.batch([{ delete: Uint8Array.from(utf8) }])
      expectSame(await store.get('é€😀'), undefined, 'deleted by bytes')
      await store.close()
    },
  },
  {
    name: 'what is given is copied at once, and what is returned is a copy',
    async run({ open }) {
      const store = await open()
      const scratch = bytesOf(7, 100)
      const key = scratch.subarray(10, 12)
      const done = store.batch([{ put: key, value: scratch.subarray(20, 24) }])
      scratch.fill(9)
      await done
      const got = store.get(key.fill(7))
      key.fill(9)
      expectSame(await got, bytesOf(7), 'the value under the key')
      const [entry] = await entriesOf(store)
      expectSame(entry?.key, bytesOf(7, 2), 'the key in a range')
      ;(await store.get(bytesOf(7, 2)))?.fill(9)
      entry?.value.fill(9)
      entry?.key.fill(9)
      expectSame(await store.get(bytesOf(7, 2)), bytesOf(7), 'the value under the key, still')
      expectSame((await store.get(bytesOf(7, 2)))?.slice().fill(0), bytesOf(0), 'slice copies')
      expectSame(await store.get(bytesOf(7, 2)), bytesOf(7), 'and harms nothing')
      await store.close()
    },
  },
  {
    name: 'questions that make no sense are refused, and leave nothing',
    async run({ open }) {
      const store = await open()
      for (const key of ['', new Uint8Array(0), 7, null, undefined, {}, '\ud800'] as string[]) {
        await expectMisuse(() => store.get(key), `get of ${String(key)}`)
        await expectMisuse(() => store.batch([{ delete: key }]), `delete of ${String(key)}`)
        await expectMisuse(
          () => store.batch([...puts('a'), { put: key, value: bytesOf(1) }]),
          `put of ${String(key)}`,
        )
      }
      for (const value of ['text', [1], null, undefined] as unknown as Uint8Array[]) {
        const batch = [...puts('a'), { put: 'b', value }]
        await expectMisuse(() => store.batch(batch), `the value ${String(value)}`)
      }
      for (const limit of [-1, 1.5, Number.NaN]) {
        await expectMisuse(async () => store.range({ limit }), `the limit ${limit}`)
      }
      await expectMisuse(async () => store.range({ gt: 7 as never }), 'the bound 7')
      expectSame(await keysOf(store), '', 'what was put')
      await store.close()
    },
  },
]
