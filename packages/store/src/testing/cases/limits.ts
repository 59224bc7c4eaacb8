import { bytesOf, keysOf, puts } from '../bytes.ts'
import { expectCode, expectMisuse, expectSame } from '../expect.ts'
import type { StoreCase } from '../harness.ts'

/** Limits hold, and what is at a limit fits. */
export const limits: readonly StoreCase[] = [
  {
    name: 'keys and values have limits',
    async run({ open }) {
      const store = await open({ maxKeyBytes: 4, maxValueBytes: 8 })
      await store.batch([{ put: 'four', value: bytesOf(1, 8) }])
      for (const key of ['five!', 'éée', bytesOf(1, 5), 'x'.repeat(100_000)]) {
        await expectCode(() => store.get(key), 'TOO_LARGE', 'get')
        await expectCode(() => store.batch([...puts('a'), { delete: key }]), 'TOO_LARGE', 'delete')
        await expectCode(() => store.batch([...puts('a', key)]), 'TOO_LARGE', 'put')
        await expectCode(async () => store.range({ gte: key }), 'TOO_LARGE', 'a bound')
      }
      const large = [...puts('a'), { put: 'b', value: bytesOf(1, 9) }]
      await expectCode(() => store.batch(large), 'TOO_LARGE', 'a value')
      expectSame(await keysOf(store, { gte: 'a', lte: 'four' }), 'four', 'what was put')
      await store.close()
    },
  },
  {
    name: 'a batch has a limit, and an operation costs 32 bytes and its own',
    async run({ open }) {
      const store = await open({ maxBatchBytes: 100 })
      await store.batch([{ put: 'abc', value: bytesOf(1, 32) }, { delete: 'x' }])
      const large = [{ put: 'abc', value: bytesOf(2, 33) }, { delete: 'x' }]
      await expectCode(() => store.batch(large), 'TOO_LARGE', 'one byte more')
      const many = 'abcd'.split('').map((key) => ({ delete: key }))
      await expectCode(() => store.batch(many), 'TOO_LARGE', 'many operations')
      expectSame(await store.get('abc'), bytesOf(1, 32), 'the value')
      await store.close()
    },
  },
  {
    name: 'what has begun and not ended has a limit; afterwards the store goes on',
    async run({ open }) {
      const store = await open({ maxPendingBytes: 180 })
      const begun = [
        store.batch([{ put: 'a', value: bytesOf(1, 50) }]),
        store.batch([{ put: 'b', value: bytesOf(1, 50) }]),
      ]
      await Promise.all([
        expectCode(() => store.batch(puts('c')), 'BUSY', 'a batch too much'),
        expectCode(() => store.get('a'), 'BUSY', 'a get too much'),
        expectCode(() => store.range().next(), 'BUSY', 'a range too much'),
      ])
      await Promise.all(begun)
      await store.batch([{ put: 'd', value: bytesOf(1, 1000) }])
      expectSame(await keysOf(store), 'a b d', 'what was put')
      await store.close()
    },
  },
  {
    name: 'open ranges have a limit, which views share',
    async run({ open }) {
      const store = await open({ maxOpenRanges: 2 })
      await store.sub('v').batch(puts('a', 'b'))
      const begun = [store.range(), store.sub('v').range()]
      for (const range of begun) await range.next()
      await expectCode(() => store.range().next(), 'BUSY', 'a range too much')
      for await (const _ of begun[0] ?? []);
      expectSame(await keysOf(store.sub('v')), 'a b', 'once one has ended')
      await store.close()
    },
  },
  {
    name: 'limits that make no sense are refused, and leave nothing open',
    async run({ open }) {
      for (const limit of [0, -1, 1.5, Number.NaN, '8' as never]) {
        await expectMisuse(() => open({ maxValueBytes: limit }), `a limit of ${limit}`)
      }
      await (await open()).close()
    },
  },
]
