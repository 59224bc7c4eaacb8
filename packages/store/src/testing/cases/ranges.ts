import { keyText } from '../../key.ts'
import type { BatchOperation, RangeOptions, Store } from '../../store.ts'
import { bytesOf, entriesOf, hex, keysOf, puts } from '../bytes.ts'
import { expect, expectSame } from '../expect.ts'
import type { StoreCase } from '../harness.ts'
import { forSeeds, type SeededRandom } from '../random.ts'

/** Ranges are ordered, bounded, can be left, and survive what happens meanwhile. */
export const ranges: readonly StoreCase[] = [
  {
    name: 'ranges have bounds of all kinds, limits and two directions',
    async run({ open }) {
      const store = await open()
      await store.batch(puts('d', 'b', 'aa', 'c', 'a', 'ab', 'b\uffff', 'e'))
      const expectKeys = async (options: RangeOptions, wanted: string): Promise<void> =>
        expectSame(await keysOf(store, options), wanted, JSON.stringify(options))
      await expectKeys({}, 'a aa ab b b\uffff c d e')
      await expectKeys({ reverse: true }, 'e d c b\uffff b ab aa a')
      await expectKeys({ gte: 'b', lt: 'd' }, 'b b\uffff c')
      await expectKeys({ gt: 'b', lte: 'd' }, 'b\uffff c d')
      await expectKeys({ prefix: 'a' }, 'a aa ab')
      await expectKeys({ prefix: 'a', gt: 'a', reverse: true, limit: 1 }, 'ab')
      await expectKeys({ prefix: 'a', lt: 'ab', gte: '' }, 'a aa')
      await expectKeys({ limit: 2 }, 'a aa')
      await expectKeys({ limit: 2, reverse: true }, 'e d')
      await expectKeys({ limit: 0 }, '')
      await expectKeys({ gt: 'b', lt: 'b' }, '')
      await expectKeys({ gte: 'z' }, '')
      await expectKeys({ gte: 'd', lt: 'b', reverse: true }, '')
      await store.close()
    },
  },
  {
    name: 'any keys, batches and ranges give what a sorted list gives',
    async run({ open }) {
      const store = await open()
      await forSeeds(5, async (random) => {
        await store.batch((await entriesOf(store)).map(({ key }) => ({ delete: key })))
        await compareWithList(store, random)
      })
      await store.close()
    },
  },
  {
    name: 'a thousand entries come in order, and so do large ones',
    async run({ open }) {
      const store = await open()
      const names = Array.from({ length: 1000 }, (_, index) => `${index + 1000}`)
      await store.batch(puts(...[...names].reverse()))
      expectSame(await keysOf(store), names.join(' '), 'forward')
      expectSame(await keysOf(store, { reverse: true }), names.reverse().join(' '), 'backward')
      const middle = await keysOf(store, { gt: '1499', lte: '1510', limit: 100 })
      expectSame(middle.split(' ').length, 11, 'entries in the middle')
      for (let index = 0; index < 10; index++) {
        await store.batch([{ put: `x${index}`, value: bytesOf(index, 200_000) }])
      }
      for (const reverse of [false, true]) {
        const large = await entriesOf(store, { prefix: 'x', reverse })
        if (reverse) large.reverse()
        const isWhole = large.every(
          ({ value }, index) => value.length === 200_000 && value[9] === index,
        )
        expect(isWhole && large.length === 10, 'large entries are whole')
      }
      await store.close()
    },
  },
  {
    name: 'what a range yields belongs to the receiver, who may change it meanwhile',
    async run({ open }) {
      const store = await open()
      await store.batch(puts(...Array.from({ length: 100 }, (_, index) => `${index}`)))
      for (const reverse of [false, true]) {
        let count = 0
        for await (const { key, value } of store.range({ reverse })) {
          count++
          key.fill(reverse ? 0xff : 0)
          value.fill(0)
        }
        expectSame(count, 100, `entries, reverse ${reverse}`)
      }
      expectSame(await store.get('99'), bytesOf(1), 'a value')
      await store.close()
    },
  },
  {
    name: 'a range that is left or broken off frees its place, and one that never began takes none',
    async run({ open }) {
      const store = await open({ maxOpenRanges: 1 })
      await store.batch(puts('a', 'b', 'c'))
      store.range()
      for await (const _ of store.range()) break
      const begun = store.range()
      await begun.next()
      await begun.return()
      const thrown = store.range()
      await thrown.next()
      await thrown.throw(new Error('enough')).catch(() => {})
      expectSame(await keysOf(store), 'a b c', 'the next range')
      await store.close()
    },
  },
  {
    name: 'what is there from start to end of a range comes exactly once, whatever else changes',
    async run({ open }) {
      const store = await open()
      const names = Array.from({ length: 300 }, (_, index) => `${index + 1000}`)
      const stays = (name: string): boolean => Number(name) % 2 === 0
      for (const reverse of [false, true]) {
        await store.batch(puts(...names))
        const seen: string[] = []
        for await (const { key } of store.range({ reverse })) {
          const name = keyText(key)
          seen.push(name)
          const at = names.indexOf(name)
          const other = names[(at + (reverse ? 299 : 1)) % 300] as string
          const batch: BatchOperation[] = puts(`${name}-behind`, name)
          if (!stays(other)) batch.push({ delete: other })
          if (seen.length % 5 === 0) await store.batch(batch)
          if (seen.length > 1000) break
        }
        const wanted = names.filter(stays)
        if (reverse) wanted.reverse()
        const stayed = seen.filter((name) => names.includes(name) && stays(name))
        expectSame(stayed, wanted, 'what stayed')
        expectSame(new Set(seen).size, seen.length, 'entries that came once')
        await store.batch((await entriesOf(store)).map(({ key }) => ({ delete: key })))
      }
      await store.close()
    },
  },
]

async function compareWithList(store: Store, random: SeededRandom): Promise<void> {
  const model = new Map<string, string>()
  const some = <T>(make: () => T): T | undefined => (random.below(3) === 0 ? make() : undefined)
  for (let round = 0; round < 40; round++) {
    const batch = Array.from({ length: random.below(12) }, (): BatchOperation => {
      const key = random.key()
      if (random.below(3) === 0) {
        model.delete(hex(key))
        return { delete: key }
      }
      const value = Uint8Array.of(random.below(256))
      model.set(hex(key), hex(value))
      return { put: key, value }
    })
    await store.batch(batch)
    const [prefix, gte, gt] = [
      some(() => random.key()),
      some(() => random.key()),
      some(() => random.key()),
    ]
    const [lte, lt, limit] = [
      some(() => random.key()),
      some(() => random.key()),
      some(() => random.below(30)),
    ]
    const reverse = random.below(2) === 0
    const given = { prefix, gte, gt, lte, lt, limit, reverse }
    const options = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as RangeOptions
    const isInside = ([key]: [string, string]): boolean =>
      (prefix === undefined || key.startsWith(hex(prefix))) &&
      (gte === undefined || key >= hex(gte)) &&
      (gt === undefined || key > hex(gt)) &&
      (lte === undefined || key <= hex(lte)) &&
      (lt === undefined || key < hex(lt))
    const sorted = [...model].filter(isInside).sort(([a], [b]) => (a < b ? -1 : 1))
    if (reverse) sorted.reverse()
    const found = await entriesOf(store, options)
    const got = found.map(({ key, value }) => [hex(key), hex(value)])
    const shown = Object.entries(options).map(([name, bound]) => `${name} ${bound}`)
    expectSame(got.join(' '), sorted.slice(0, limit).join(' '), `round ${round}, ${shown}`)
  }
}
