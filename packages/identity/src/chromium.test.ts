import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChromiumTab, ChromiumTabs } from './fixtures/chromium.ts'
import { engineContract } from './fixtures/engine-contract.ts'
import { storeContract } from './fixtures/store-contract.ts'
import { vectorCases } from './fixtures/vector-cases.ts'
import type { Vectors } from './fixtures/vectors.ts'

const file = new URL('../vectors.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'))
const secret = Array.from({ length: 64 }, (_, index) => index + 100)

let tabs: ChromiumTabs
let tab: ChromiumTab
let plain: ChromiumTab

beforeAll(async () => {
  tabs = await ChromiumTabs.open()
  ;[tab, plain] = [await tabs.tab(), await tabs.tab({ plain: true })]
}, 60_000)
afterAll(() => tabs.close())

test('one page has the Web Cryptography API, the other has not', async () => {
  expect(await tab.call('has')).toEqual({ secure: true, subtle: true })
  expect(await plain.call('has')).toEqual({ secure: false, subtle: false })
})

describe.each([
  ['of a page', 'page', () => tab],
  ['of a page without https', 'page', () => plain],
  ['in JavaScript', 'noble', () => tab],
] as const)('Chromium, the engine %s', (_name, engine, page) => {
  test.each(engineContract)('$name', ({ name }) => page().call('engine', engine, name))
  test.each(Object.keys(vectorCases))('vectors.json: %s', (list) =>
    page().call('vectors', engine, list, vectors),
  )
})

describe.each([
  ['of a page', 'page', () => tab],
  ['of a page without https', 'page', () => plain],
  ['of a browser that stores no wrapped keys', 'uncloneable', () => tab],
] as const)('Chromium, the store %s', (_name, kind, page) => {
  test.each(storeContract)('$name', ({ name }) => page().call('store', kind, name))
})

describe('Chromium, what lies in the database', () => {
  test('is sealed with a key that scripts cannot read', async () => {
    expect(await tab.call('keep', 'page', 'wrapped', secret)).toEqual(secret)
    const { fields, extractable, text } = await tab.call('stored', 'wrapped')
    expect(fields).toEqual(['iv', 'sealed', 'wrappingKey'])
    expect(extractable).toBe(false)
    expect(text).not.toContain(secret.slice(0, 8).join())
  })

  test('is the secret itself where the browser cannot do that', async () => {
    expect(await plain.call('keep', 'page', 'plain', secret)).toEqual(secret)
    expect((await plain.call('stored', 'plain')).fields).toEqual(['secret'])
    expect(await tab.call('keep', 'uncloneable', 'fallback', secret)).toEqual(secret)
    expect((await tab.call('stored', 'fallback')).fields).toEqual(['secret'])
  })
})

test('two tabs that start at once, a duplicate and a reload are one user and five peers', async () => {
  const other = await tabs.tab()
  const started = await Promise.all([tab.call('start'), other.call('start')])
  started.push(await (await other.duplicate()).call('start'))
  started.push(await (await other.reload()).call('start'))
  started.push(await other.call('start'))
  expect(new Set(started.map(({ peer }) => peer)).size).toBe(5)
  expect(new Set(started.map(({ user }) => user)).size).toBe(1)
  expect(started[0]?.user).toMatch(/^[0-9a-f]{40}$/)
}, 30_000)
