import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Joined, joined } from '../fixtures/joined.ts'
import type { PigeonMesh } from '../index.ts'
import { type DhtTable, openDht, webDht } from './index.ts'

let network: Joined
let tables: DhtTable[]

beforeAll(async () => {
  network = await joined(5)
  tables = network.meshes.map((mesh) => openDht(mesh, { settleMs: 0 }))
  // Each knows all: the replicas of anything are all five.
  const isWhole = async (one: DhtTable) => (await one.explore('x')).replicas.length === 5
  await vi.waitUntil(async () => (await Promise.all(tables.map(isWhole))).every(Boolean), 10_000)
})
afterAll(() => network.close())

const table = (index: number) => tables[index] as DhtTable
const mesh = (index: number) => network.meshes[index] as PigeonMesh

test('M17 what one puts under its key others get, and nobody else can change', async () => {
  const value = { theme: 'dark', sizes: [1, 2], at: new Date(7) }
  expect(await table(0).put('settings', value)).toMatchObject({ seq: 1 })
  const { key } = table(0)
  expect(await table(3).get('settings', { owner: key })).toMatchObject({ value, seq: 1 })
  await table(3).put('settings', 'mine')
  expect(await table(1).get('settings', { owner: key })).toMatchObject({ value })
  expect(await table(1).get('settings')).toBeUndefined()
})

test('M17 anybody writes where that is asked for', async () => {
  await table(0).put('board', 'first', { anybody: true })
  await table(1).put('board', 'second', { anybody: true })
  expect(await table(2).get('board', { owner: 'anybody' })).toMatchObject({ value: 'second' })
  await table(3).delete('board', { anybody: true })
  expect(await table(4).get('board', { owner: 'anybody' })).toBeUndefined()
})

test('a write that expects another number than stands is refused', async () => {
  await table(0).put('counted', 1)
  await expect(table(0).put('counted', 2, { expected: 0 })).rejects.toMatchObject({
    code: 'CHANGED',
  })
  expect(await table(0).put('counted', 2, { expected: 1 })).toMatchObject({ seq: 2 })
})

test('updates at once are all done', async () => {
  await table(0).put('sum', 0, { anybody: true })
  const add = (value: unknown) => (value as number) + 1
  const all = [0, 1, 2].map((index) => table(index).update('sum', add, { anybody: true }))
  await Promise.all(all)
  expect(await table(4).get('sum', { owner: 'anybody' })).toMatchObject({ value: 3 })
})

test('a follower hears of each change until its signal ends it', async () => {
  const seen: unknown[] = []
  const controller = new AbortController()
  const whose = { owner: table(0).key, signal: controller.signal }
  table(2).subscribe('news', (entry) => seen.push(entry?.value), whose)
  await table(0).put('news', 'one')
  await expect.poll(() => seen).toEqual(['one'])
  await table(0).put('news', 'two')
  await expect.poll(() => seen).toEqual(['one', 'two'])
  await table(0).delete('news')
  await expect.poll(() => seen).toEqual(['one', 'two', undefined])
  controller.abort()
  expect(table(2).stats.subscriptions).toBe(0)
})

test('what takes time ends with its signal', async () => {
  const code = 'ABORTED'
  await expect(table(0).get('x', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code })
  const controller = new AbortController()
  const got = table(0).get('x', { signal: controller.signal })
  controller.abort()
  await expect(got).rejects.toMatchObject({ code })
})

test('bytes of any size are stored by what they are', async () => {
  const bytes = new Uint8Array(300_000).map((_, index) => index % 251)
  const name = await table(0).store(bytes)
  expect(await table(4).fetch(name)).toEqual(bytes)
  const small = await table(1).store(Uint8Array.of(1, 2, 3))
  expect(await table(2).fetch(small)).toEqual(Uint8Array.of(1, 2, 3))
  expect(await table(2).fetch(new Uint8Array(33))).toBeUndefined()
})

test('who holds an entry, and the way there, can be drawn', async () => {
  await table(0).put('drawn', true)
  const { path, replicas } = await table(1).explore('drawn', { owner: table(0).key })
  expect(path[0]).toBe(mesh(1).peerId)
  expect(replicas.some(({ holds }) => holds)).toBe(true)
})

test('M17 the names of PeerPigeon', async () => {
  const [writer, reader] = [webDht(mesh(0)), webDht(mesh(1))]
  const changes: unknown[] = []
  reader.on('dhtValueChanged', (change) => changes.push(change))
  await reader.dhtSubscribe('shared-counter')
  await writer.dhtPut('shared-counter', 1)
  expect(await reader.dhtGet('shared-counter')).toBe(1)
  await writer.dhtUpdate('shared-counter', 42)
  await expect.poll(() => changes).toContainEqual({ key: 'shared-counter', newValue: 42 })
  await reader.dhtUnsubscribe('shared-counter')
  await writer.dhtDelete('shared-counter')
  expect(await reader.dhtGet('shared-counter')).toBeUndefined()
})

test('M17 enableWebDHT: false makes each method say so', async () => {
  const off = webDht(mesh(0), { enableWebDHT: false })
  const calls = [
    off.dhtPut('a', 1),
    off.dhtGet('a'),
    off.dhtUpdate('a', 1),
    off.dhtDelete('a'),
    off.dhtSubscribe('a'),
    off.dhtUnsubscribe('a'),
  ]
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({
      code: 'DISABLED',
      message: expect.stringMatching(/^dht\w+ needs .* enableWebDHT/),
    })
  }
})
