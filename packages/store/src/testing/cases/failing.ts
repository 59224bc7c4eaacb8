import { bytesOf, keysOf, puts } from '../bytes.ts'
import { expectCode, expectSame } from '../expect.ts'
import type { StoreCase, StoreHarness } from '../harness.ts'

/** What fails leaves nothing, and the store goes on. */
export const failing: readonly StoreCase[] = [
  {
    name: 'a batch that fails in its middle leaves nothing, and the next one is whole',
    needs: 'fail',
    async run(harness) {
      const store = await harness.open()
      await store.batch(puts('a', 'b'))
      for (const durable of [false, true]) {
        await harness.failNextBatch?.()
        const batch = [...puts('c', 'd'), { delete: 'a' }, ...puts('e')]
        await expectCode(() => store.batch(batch, { durable }), 'FAILED', 'the batch')
        expectSame(await keysOf(store), 'a b', 'what is there')
        await harness.failNextBatch?.()
        const [failed, next] = [store.batch(puts('c', 'd'), { durable }), store.batch(puts('b'))]
        await expectCode(() => failed, 'FAILED', 'a batch with another behind')
        await next
      }
      await store.batch(puts('f'))
      expectSame(await keysOf(store), 'a b f', 'what is there in the end')
      await store.close()
    },
  },
  {
    name: 'a batch for which there is no room leaves nothing, and fits once there is',
    needs: 'fill',
    run: fill,
  },
]

async function fill(harness: StoreHarness): Promise<void> {
  const store = await harness.open()
  await harness.limitRoom?.(1024 * 1024)
  await store.batch(puts('a', 'b'))
  const value = bytesOf(7, 512 * 1024)
  const large = ['c', 'd', 'e', 'f'].map((put) => ({ put, value }))
  for (const durable of [false, true]) {
    const batch = [{ delete: 'a' }, ...large]
    await expectCode(() => store.batch(batch, { durable }), 'QUOTA', 'a batch without room')
    expectSame(await keysOf(store), 'a b', 'what is there')
  }
  await store.batch([{ delete: 'a' }])
  await harness.limitRoom?.(undefined)
  await store.batch(large, { durable: true })
  expectSame(await keysOf(store), 'b c d e f', 'what is there in the end')
  await store.close()
}
