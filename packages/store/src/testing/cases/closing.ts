import { keysOf, puts } from '../bytes.ts'
import { expectCode, expectSame } from '../expect.ts'
import type { StoreCase } from '../harness.ts'

/** A store ends once and for all, and what it kept is there again. */
export const closing: readonly StoreCase[] = [
  {
    name: 'a closed store does nothing any more, and may be closed again',
    async run({ open }) {
      const store = await open()
      await store.batch(puts('a', 'b'))
      const view = store.sub('v')
      const [range, unread] = [store.range(), store.range()]
      await range.next()
      await store.close()
      await store.close()
      await expectCode(() => store.get('a'), 'CLOSED', 'get')
      await expectCode(() => store.batch(puts('c')), 'CLOSED', 'batch')
      await expectCode(() => store.batch([]), 'CLOSED', 'an empty batch')
      await expectCode(() => store.range().next(), 'CLOSED', 'range')
      await expectCode(() => unread.next(), 'CLOSED', 'a range that had not begun')
      await expectCode(() => range.next(), 'CLOSED', 'a range that had begun')
      await expectCode(() => view.get('a'), 'CLOSED', 'get of a view')
      await expectCode(() => view.sub('w').range().next(), 'CLOSED', 'range of a view')
    },
  },
  {
    name: 'closing waits for what has begun',
    async run({ open }) {
      const store = await open()
      const begun = Array.from({ length: 10 }, (_, index) => store.batch(puts(`${index}`)))
      const got = store.get('0')
      let done = 0
      for (const batch of begun) void batch.then(() => done++)
      await Promise.all([store.close(), store.close()])
      expectSame(done, 10, 'batches that had ended')
      await got
    },
  },
  {
    name: 'what was kept is there when the store is opened again',
    needs: 'reopen',
    async run({ open }) {
      for (let round = 1; round <= 3; round++) {
        const store = await open()
        await store.batch([...puts(`${round}`), { delete: 'x' }], { durable: round === 2 })
        await store.close()
        const again = await open()
        expectSame(await keysOf(again), '1 2 3'.slice(0, 2 * round - 1), `round ${round}`)
        await again.batch(puts('x'))
        await again.close()
      }
    },
  },
]
