import { bytesOf, keysOf, puts } from '../bytes.ts'
import { expectCode, expectMisuse, expectSame } from '../expect.ts'
import type { StoreCase } from '../harness.ts'

/** Views are stores of their own. */
export const views: readonly StoreCase[] = [
  {
    name: 'views with different names never meet, whatever their names and keys',
    async run({ open }) {
      const store = await open()
      const names = ['a', 'ab', 'b', 'ä', 'a\u0001']
      for (const name of names) {
        await store.sub(name).batch([{ put: 'key', value: bytesOf(names.indexOf(name)) }])
        await store.sub(name).batch(puts(`${name}-own`, 'b', 'b\0key', '\uffff'))
      }
      for (const name of names) {
        const view = store.sub(name)
        expectSame(await view.get('key'), bytesOf(names.indexOf(name)), `a key of ${name}`)
        const wanted = ['b', 'b\0key', `${name}-own`, 'key', '\uffff'].sort()
        expectSame((await keysOf(view)).split(' ').sort(), wanted, `the range of ${name}`)
      }
      await store.sub('a').batch([{ delete: 'key' }])
      expectSame(await store.sub('ab').get('key'), bytesOf(1), 'the key of another view')
      await store.close()
    },
  },
  {
    name: 'ranges of a view have its keys, bounds and directions; views may have views',
    async run({ open }) {
      const store = await open()
      await store.batch(puts('a', 'v', 'w', 'z'))
      const view = store.sub('v').sub('inner')
      await view.batch(puts('a', 'ab', 'b', 'c'))
      await view.batch([{ put: Uint8Array.of(0xff, 0xff), value: bytesOf(1) }], { durable: true })
      await store.sub('v').batch(puts('other'))
      expectSame(await keysOf(view, { lt: 'd' }), 'a ab b c', 'forward')
      expectSame(await keysOf(view, { lt: 'd', reverse: true }), 'c b ab a', 'backward')
      expectSame(
        await keysOf(view, { prefix: 'a', limit: 1, reverse: true }),
        'ab',
        'with a prefix',
      )
      const last = await view.range({ reverse: true }).next()
      expectSame(last.value?.key, [255, 255], 'the last key')
      expectSame(await store.sub('v').sub('inner').get('b'), bytesOf(1), 'the same view again')
      await store.close()
    },
  },
  {
    name: 'closing a view closes it and its views, and nothing else',
    async run({ open }) {
      const store = await open()
      const view = store.sub('a')
      const inner = view.sub('b')
      await inner.batch(puts('x', 'y'))
      const range = inner.range()
      await range.next()
      await view.close()
      await view.close()
      await expectCode(() => view.get('x'), 'CLOSED', 'get')
      await expectCode(() => inner.batch(puts('z')), 'CLOSED', 'batch of an inner view')
      await expectCode(() => range.next(), 'CLOSED', 'a range that was open')
      await expectCode(() => inner.range().next(), 'CLOSED', 'a new range')
      expectSame(await keysOf(store.sub('a').sub('b')), 'x y', 'another view of the same name')
      await store.close()
    },
  },
  {
    name: 'names and keys of views share the limit of keys, and make sense',
    async run({ open }) {
      const store = await open({ maxKeyBytes: 8 })
      const view = store.sub('name')
      await view.batch(puts('xyz'))
      const [{ key } = { key: '' }] = [(await view.range().next()).value ?? undefined]
      expectSame(await keysOf(view, { gt: key }), '', 'behind a key of full length')
      expectSame(await keysOf(view, { lte: key }), 'xyz', 'up to a key of full length')
      await expectCode(() => view.batch(puts('wxyz')), 'TOO_LARGE', 'a longer key')
      await expectCode(async () => store.sub('longname'), 'TOO_LARGE', 'a longer name')
      for (const name of ['', 'a\0b', 7, undefined, '\udc00'] as string[]) {
        await expectMisuse(async () => store.sub(name), `the name ${JSON.stringify(name)}`)
      }
      await expectMisuse(() => view.get(''), 'an empty key')
      await store.close()
    },
  },
]
