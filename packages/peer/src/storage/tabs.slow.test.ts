import { fileURLToPath } from 'node:url'
import { yjsEngine } from '@pigeon/crdt-storage/yjs'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { breakablePaths } from '../fixtures/paths.ts'
import type { StorageApi } from '../fixtures/storage-page.ts'
import { PigeonMesh } from '../index.ts'
import { type MeshStorage, openStorage } from './open-storage.ts'

const soon = { timeout: 40_000 }
const closers: (() => Promise<unknown>)[] = []
let served: Awaited<ReturnType<typeof servePage>>
let browser: Awaited<ReturnType<typeof launchChromium>>

beforeAll(async () => {
  const page = fileURLToPath(new URL('../fixtures/storage-page.ts', import.meta.url))
  served = await servePage({ scripts: [await bundle(page)] })
  browser = await launchChromium()
})

afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await browser.close()
  await served.close()
})

type Page = Awaited<ReturnType<typeof browser.newPage>>

async function openTab(profile: { newPage(): Promise<Page> }): Promise<Page> {
  const page = await profile.newPage()
  await page.goto(served.url)
  await page.waitForFunction(`'storage' in globalThis`)
  return page
}

function call<K extends keyof StorageApi>(
  page: Page,
  name: K,
  ...args: Parameters<StorageApi[K]>
): Promise<Awaited<ReturnType<StorageApi[K]>>> {
  return page.evaluate(`storage.${name}(...${JSON.stringify(args)})`) as never
}

async function node(url: string): Promise<{ mesh: PigeonMesh; storage: MeshStorage }> {
  const mesh = new PigeonMesh('notes', { hubs: [url] })
  closers.push(() => mesh.close())
  await mesh.connect()
  return { mesh, storage: await openStorage(mesh, { engine: yjsEngine }) }
}

test('two tabs of one author and a peer in Node edit a private document through a partition; who is revoked reads nothing new', async () => {
  const cut = breakablePaths()
  let hub = new HubServer({ port: 0 })
  closers.push(() => hub.stop())
  const { url, port } = await hub.start()
  const nora = await node(url)
  const space = await nora.storage.createSpace()
  const text = (space.doc('notes') as Y.Doc).getText()

  const profile = await browser.newContext()
  const tabs = [await openTab(profile), await openTab(profile)] as const
  const ids: string[] = []
  for (const tab of tabs) ids.push(await call(tab, 'join', 'notes', { hubs: [url] }))
  const linked = async () => [...nora.mesh.peers].filter((id) => ids.includes(id)).length
  await expect.poll(linked, soon).toBe(2)
  // The two must be linked as well: they are to go on without Node and without a hub.
  await expect.poll(() => call(tabs[0], 'peers'), soon).toContain(ids[1])
  await space.grant(await nora.storage.memberOf(ids[0] as string), 'write')
  for (const tab of tabs) await call(tab, 'open', space.id)

  // Apart: no hub, and nothing comes through between Node and the tabs.
  await hub.stop()
  cut()
  await expect.poll(linked, soon).toBe(0)
  text.insert(0, 'Nora. ')
  await call(tabs[0], 'write', 'One. ')
  await call(tabs[1], 'write', 'Two. ')
  const bothTabs = async () => Promise.all(tabs.map((tab) => call(tab, 'read')))
  const seen = (word: string) => async () =>
    (await bothTabs()).every((read) => read.includes(word)) && text.toString().includes(word)
  await expect
    .poll(
      async () =>
        (await bothTabs()).every((read) => read.includes('One. ') && read.includes('Two. ')),
      soon,
    )
    .toBe(true)
  expect(text.toString()).toBe('Nora. ')
  expect(await bothTabs()).not.toContain('Nora. ')

  // Together again.
  hub = new HubServer({ port })
  await hub.start()
  for (const word of ['Nora. ', 'One. ', 'Two. ']) await expect.poll(seen(word), soon).toBe(true)
  const [one, two] = await bothTabs()
  expect([one, two]).toEqual([text.toString(), text.toString()])
  expect(text.toString()).toHaveLength(16)

  const carl = await node(url)
  const his = await carl.storage.joinSpace(space.id)
  const hisText = () => (his.doc('notes') as Y.Doc).getText().toString()
  const member = await nora.storage.memberOf(carl.mesh.peerId)
  await space.grant(member, 'read')
  await expect.poll(hisText, soon).toBe(text.toString())
  await space.revoke(Buffer.from(member.key).toString('hex'))
  const before = hisText()
  text.insert(0, 'Secret. ')
  await expect.poll(seen('Secret. '), soon).toBe(true)
  await expect.poll(() => his.log.authority.size, soon).toBe(space.log.authority.size)
  expect(hisText()).toBe(before)
}, 180_000)
