import { transportContract } from '@pigeon/transport/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { ContractHalf } from './fixtures/contract.ts'
import { realLinks } from './fixtures/links.ts'
import { A, B, pair } from './fixtures/pair.ts'
import { nodeDataChannelEngine } from './node-datachannel.ts'
import { weriftEngine } from './werift.ts'

const links = realLinks(nodeDataChannelEngine())
const weriftLinks = realLinks(weriftEngine())
const names = transportContract.map(({ name }) => name)
let page: ChromiumPage

beforeAll(async () => {
  page = await ChromiumPage.open()
}, 30_000)
afterAll(() => page.close())

describe('transport contract: node-datachannel–node-datachannel', () => {
  test.each(names)('%s', async (name) => {
    const { a, b } = pair(links)
    const alice = new ContractHalf(A, a)
    const bob = new ContractHalf(B, b)
    await Promise.all([alice.run(name, 'alice'), bob.run(name, 'bob')])
    await Promise.all([a.close(), b.close()])
  })
})

describe('transport contract: node-datachannel–werift', () => {
  test.each(names)('%s', async (name) => {
    const a = links.create({ self: A, remote: B, dial: true })
    const b = weriftLinks.create({ self: B, remote: A, dial: false })
    a.on('signal', (signal) => b.signal(signal))
    b.on('signal', (signal) => a.signal(signal))
    await Promise.all([
      new ContractHalf(A, a).run(name, 'alice'),
      new ContractHalf(B, b).run(name, 'bob'),
    ])
    await Promise.all([a.close(), b.close()])
  })
})

describe('transport contract: node-datachannel–Chromium', () => {
  test.each(names)('%s', async (name) => {
    const link = links.create({ self: A, remote: B, dial: true })
    const half = new ContractHalf(A, link)
    const id = await page.answer(link, { self: B, remote: A, dial: false })
    await Promise.all([half.run(name, 'alice'), page.call('run', id, name, 'bob')])
    await Promise.all([link.close(), page.call('close', id)])
  })
})
