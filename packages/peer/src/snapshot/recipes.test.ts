import { HubServer } from '@pigeon/hub/server'
import { effectScope, onScopeDispose, type ShallowRef, shallowRef } from '@vue/reactivity'
import { type Readable, readable } from 'svelte/store'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { JoinOptions } from '../index.ts'
import { joinStore, type MeshSnapshot } from './index.ts'

const hub = new HubServer({ port: 0 })
let hubs: string[]

beforeAll(async () => {
  hubs = [(await hub.start()).url]
})
afterAll(() => hub.stop())

/** As in the README, for Vue. */
function useMesh(network: string, options: JoinOptions): ShallowRef<MeshSnapshot> {
  const store = joinStore(network, options)
  const mesh = shallowRef(store.getSnapshot())
  onScopeDispose(
    store.subscribe(() => {
      mesh.value = store.getSnapshot()
    }),
  )
  return mesh
}

/** As in the README, for Svelte. */
function meshOf(network: string, options: JoinOptions): Readable<MeshSnapshot> {
  const store = joinStore(network, options)
  return readable(store.getSnapshot(), (set) => store.subscribe(() => set(store.getSnapshot())))
}

test('M10 the recipe for Vue', async () => {
  const scope = effectScope()
  const mesh = scope.run(() => useMesh('vue', { hubs })) as ShallowRef<MeshSnapshot>
  await vi.waitFor(() => expect(mesh.value.status).toBe('joined'), 5000)
  const joined = mesh.value.mesh
  scope.stop()
  await vi.waitFor(() => expect(joined?.closed).toBe(true), 5000)
})

test('M10 the recipe for Svelte', async () => {
  const mesh = meshOf('svelte', { hubs })
  let last: MeshSnapshot | undefined
  const off = mesh.subscribe((value) => {
    last = value
  })
  await vi.waitFor(() => expect(last?.status).toBe('joined'), 5000)
  const joined = last?.mesh
  off()
  await vi.waitFor(() => expect(joined?.closed).toBe(true), 5000)
})
