import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Chromium, type Tab } from '../fixtures/chromium.ts'
import { openIdbStore } from '../idb.ts'
import { storeContract } from '../testing.ts'

let chromium: Chromium
let tab: Tab
let other: Tab

beforeAll(async () => {
  chromium = await Chromium.open()
  ;[tab, other] = [await chromium.tab(), await chromium.tab()]
}, 60_000)
afterAll(() => chromium.close())

describe('a store in IndexedDB', () => {
  test.each(storeContract('reopen', 'share', 'fail'))('$name', ({ name }) =>
    tab.call('runCase', name),
  )

  // The browser remembers for a while how much room an origin had.
  test.each(storeContract('fill').filter(({ needs }) => needs === 'fill'))(
    '$name',
    async ({ name }) => {
      await (await chromium.tab('full')).call('runCase', name)
    },
  )

  test.each([false, true])(
    'a range reads what is asked for, not the whole, reverse %s',
    async (reverse) => {
      await tab.call('open', `reads ${reverse}`)
      expect(await tab.call('countReads', reverse)).toBeLessThanOrEqual(16)
    },
  )

  test('without IndexedDB, as here in Node, the error says so', async () => {
    await expect(openIdbStore('any')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(openIdbStore('')).rejects.toThrow(RangeError)
  })

  test('a database of something else is refused, and what else is in its own is told', async () => {
    await tab.call('foreign', 'theirs', 'things', 'key', 'value')
    await expect(tab.call('open', 'theirs')).rejects.toThrow('belongs to something else')
    for (const key of ['text', 7, ['list']]) await tab.call('foreign', 'ours', 'entries', key, 'x')
    await tab.call('open', 'ours')
    await tab.call('put', 'a')
    expect(await tab.call('keys')).toBe('a')
    await tab.call('foreign', 'ours', 'entries', { binary: [97] }, 'text')
    expect(await tab.call('keys')).toBe('CORRUPT')
  })
})

describe('a store whose connection is lost', () => {
  test('connects again, and if that fails, at the next attempt', async () => {
    await tab.call('open', 'lost')
    await tab.call('put', 'a')
    await other.call('delete', 'lost')
    await tab.call('failNextOpen')
    expect(await tab.call('keys')).toBe('FAILED')
    expect(await tab.call('keys')).toBe('')
    await tab.call('failNextOpen')
    await expect(other.call('open', 'lost')).resolves.toBeUndefined()
    await expect(tab.call('open', 'lost too')).rejects.toThrow('cannot open')
    await tab.call('open', 'lost too')
    await tab.call('close')
  })
})

describe('a store in two tabs', () => {
  test('each sees what the other has put', async () => {
    for (const one of [tab, other]) await one.call('open', 'seen')
    await tab.call('put', 'a', 'b')
    expect(await other.call('keys')).toBe('a b')
    await other.call('put', 'c')
    await other.call('close')
    expect(await tab.call('keys')).toBe('a b c')
  })

  test('batches of both follow one another, each whole', async () => {
    for (const one of [tab, other]) await one.call('open', 'contended')
    const halves = await Promise.all([tab.call('contend', 1, 100), other.call('contend', 2, 100)])
    expect(halves).toEqual([0, 0])
    const left = await tab.call('values')
    expect(left).toHaveLength(1)
    expect(['1,99', '2,99']).toContain(left[0])
  })

  test('one may delete the database; the other goes on with an empty one', async () => {
    await tab.call('open', 'deleted')
    await tab.call('put', 'a')
    expect(await other.call('delete', 'deleted')).toBe('deleted')
    expect(await tab.call('keys')).toBe('')
    await tab.call('put', 'b')
    expect(await tab.call('keys')).toBe('b')
  })
})
