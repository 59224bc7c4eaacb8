import { transportContract } from '@pigeon/transport/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { ContractHalf } from './fixtures/contract.ts'
import { realLinks } from './fixtures/links.ts'
import { A, B, pair } from './fixtures/pair.ts'
import { weriftEngine } from './werift.ts'

const links = realLinks(weriftEngine())
const names = transportContract.map(({ name }) => name)
let page: ChromiumPage

beforeAll(async () => {
  page = await ChromiumPage.open()
}, 30_000)
afterAll(() => page.close())

describe('transport contract: werift–werift', () => {
  test.each(names)('%s', async (name) => {
    const { a, b } = pair(links)
    const alice = new ContractHalf(A, a)
    const bob = new ContractHalf(B, b)
    await Promise.all([alice.run(name, 'alice'), bob.run(name, 'bob')])
    await Promise.all([a.close(), b.close()])
  })
})

describe('transport contract: Chromium–Chromium', () => {
  test.each(names)('%s', (name) => page.call('runBoth', name))
})

describe.each([
  ['werift–Chromium', 'alice', 'bob'],
  ['Chromium–werift', 'bob', 'alice'],
] as const)('transport contract: %s', (_name, here, there) => {
  test.each(names)('%s', async (name) => {
    const dial = here === 'alice'
    const link = links.create({ self: A, remote: B, dial })
    const half = new ContractHalf(A, link)
    const id = await page.answer(link, { self: B, remote: A, dial: !dial })
    await Promise.all([half.run(name, here), page.call('run', id, name, there)])
    await Promise.all([link.close(), page.call('close', id)])
  })
})
