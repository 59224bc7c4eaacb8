import type { Store } from '../../store.ts'
import { bytesOf, entriesOf, keysOf, puts } from '../bytes.ts'
import { expectCode, expectSame } from '../expect.ts'
import type { StoreCase } from '../harness.ts'

const NAMES = Array.from({ length: 20 }, (_, index) => `${index + 10}`)

/** One store that is open more than once. */
export const sharing: readonly StoreCase[] = [
  {
    name: 'who has it open sees what others have put, once their batch has resolved',
    needs: 'share',
    async run({ open }) {
      const [one, two] = [await open(), await open()]
      await one.batch(puts('a', 'b'))
      expectSame(await keysOf(two), 'a b', 'seen by the other')
      await two.batch([...puts('c'), { delete: 'a' }])
      expectSame(await keysOf(one), 'b c', 'seen by the first')
      await one.close()
      await two.batch(puts('d'))
      expectSame(await keysOf(two), 'b c d', 'seen once the other has closed')
      await two.close()
    },
  },
  {
    name: 'batches of many who have it open follow one another, each whole',
    needs: 'share',
    async run({ open }) {
      const stores = [await open(), await open(), await open()]
      const write = async (store: Store, who: number): Promise<void> => {
        for (let round = 0; round < 10; round++) {
          const value = bytesOf(who * 10 + round)
          const names = who % 2 === 0 ? NAMES : [...NAMES].reverse()
          await store.batch(names.map((put) => ({ put, value })))
          // Sixteen entries fit into one page, which is read at once.
          const seen = await entriesOf(stores[(who + 1) % 3] as Store, { limit: 16 })
          expectSame(new Set(seen.map((entry) => entry.value.join())).size, 1, 'values seen')
        }
      }
      await Promise.all(stores.map(write))
      const left = await entriesOf(stores[0] as Store)
      expectSame(new Set(left.map(({ value }) => value.join())).size, 1, 'values that are left')
      for (const store of stores) await store.close()
    },
  },
  {
    name: 'it is locked while it is open',
    needs: 'lock',
    async run({ open }) {
      const store = await open()
      await expectCode(() => open(), 'LOCKED', 'a second one')
      await store.batch(puts('a'))
      await store.close()
      const next = await open()
      expectSame(await keysOf(next), 'a', 'what was put')
      await next.close()
    },
  },
]
