import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser, type Tab } from './fixtures/browser.ts'

const hub = new HubServer({ port: 0 })
let hubs: string[]
let browser: Browser

beforeAll(async () => {
  hubs = [(await hub.start()).url]
  browser = await Browser.open()
})

afterAll(async () => {
  await browser.close()
  await hub.stop()
})

test.each([
  ['without a password', {}],
  ['with a password', { password: 'correct horse' }],
])(
  'two tabs, a duplicated one and a reload of one profile all link, as one user, without a ghost, %s',
  async (name, options) => {
    const join = (tab: Tab) => tab.call('joinAsUser', name, { hubs, ...options })
    const [a, b, duplicate] = (await browser.tabs(3)) as [Tab, Tab, Tab]
    const ids = [await join(a), await join(b)]
    await Promise.all([a, b].map((tab) => tab.call('whenPeers', 1)))
    // What the tabs keep is all there is to duplicate.
    const copy = await join(duplicate)
    await Promise.all([a, b, duplicate].map((tab) => tab.call('whenPeers', 2)))
    await b.reload()
    const again = await join(b)
    expect(new Set([...ids, copy, again]).size).toBe(4)
    await Promise.all([a, b, duplicate].map((tab) => tab.call('whenPeers', 2)))
    await expect
      .poll(async () => [...(await a.call('peers'))].sort(), { timeout: 5000 })
      .toEqual([again, copy].sort())
    await expect
      .poll(async () => [...(await duplicate.call('peers'))].sort(), { timeout: 5000 })
      .toEqual([again, ids[0]].sort())
    const users = await Promise.all([copy, again].map((id) => a.call('userOf', id)))
    expect(users[0]).toMatch(/^[0-9a-f]{40}$/)
    expect(users[1]).toBe(users[0])
    expect(await a.call('isVerified', again)).toBe(true)
    await Promise.all([a, b, duplicate].map((tab) => tab.call('leave')))
  },
  60_000,
)
