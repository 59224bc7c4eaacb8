import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PigeonMesh } from '../index.ts'
import { joinStore } from './index.ts'

const hub = new HubServer({ port: 0 })
let hubs: string[]

beforeAll(async () => {
  hubs = [(await hub.start()).url]
})
afterAll(() => hub.stop())

test('M10 a store joins with its first subscriber, shows what changes, and leaves with its last', async () => {
  const store = joinStore('store', { hubs })
  expect(store.getSnapshot()).toMatchObject({ status: 'idle', peers: [] })
  expect(hub.getStats().peers).toBe(0)
  const seen: string[] = []
  const off = store.subscribe(() => {
    const { status, peers } = store.getSnapshot()
    seen.push(`${status} ${peers.length}`)
  })
  await vi.waitFor(() => expect(store.getSnapshot().status).toBe('joined'))
  const joined = store.getSnapshot()
  expect(joined).toBe(store.getSnapshot())
  expect(joined).toMatchObject({ online: true, peerId: joined.mesh?.peerId })
  const other = new PigeonMesh('store', { hubs })
  await other.connect()
  await vi.waitFor(() => expect(store.getSnapshot().peers).toEqual([other.peerId]), 5000)
  expect(joined.peers).toEqual([])
  await other.close()
  await vi.waitFor(() => expect(store.getSnapshot().peers).toEqual([]), 5000)
  expect(seen).toEqual(['joining 0', 'joined 0', 'joined 1', 'joined 0'])
  off()
  await vi.waitFor(() => expect(hub.getStats().peers).toBe(0), 5000)
  expect(store.getSnapshot().status).toBe('idle')
  expect(joined.mesh?.closed).toBe(true)
})

test('M10 a subscriber that goes and comes back at once keeps its peer', async () => {
  const store = joinStore('store', { hubs })
  const first = store.subscribe(() => {})
  first()
  const off = store.subscribe(() => {})
  await vi.waitFor(() => expect(store.getSnapshot().status).toBe('joined'))
  const { mesh } = store.getSnapshot()
  off()
  const again = store.subscribe(() => {})
  await Promise.resolve()
  expect(store.getSnapshot().mesh).toBe(mesh)
  expect(mesh?.closed).toBe(false)
  again()
  await vi.waitFor(() => expect(mesh?.closed).toBe(true), 5000)
})

test('M10 what cannot be joined is told, with the reason', async () => {
  const store = joinStore('store', { hubs: ['ws://127.0.0.1:9'], joinTimeoutMs: 200 })
  const off = store.subscribe(() => {})
  await vi.waitFor(() => expect(store.getSnapshot().status).toBe('failed'), 5000)
  expect(store.getSnapshot().error).toMatchObject({ code: 'HUB_UNREACHABLE' })
  off()
})
