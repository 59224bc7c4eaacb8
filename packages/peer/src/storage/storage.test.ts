import { yjsEngine } from '@pigeon/crdt-storage/yjs'
import { memoryStore } from '@pigeon/store'
import { afterEach, expect, test, vi } from 'vitest'
import { joined } from '../fixtures/joined.ts'
import type { PigeonMesh } from '../index.ts'
import { type MeshStorage, openStorage } from './open-storage.ts'

const soon = { timeout: 10_000 }
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function meshes(count: number): Promise<[PigeonMesh, PigeonMesh]> {
  const network = await joined(count)
  closers.push(network.close)
  return [network.meshes[0], network.meshes.at(-1)] as [PigeonMesh, PigeonMesh]
}

test('M18 what one stores is read by those it granted access to, and by nobody after that ends', async () => {
  const [alice, bob] = await meshes(2)
  const [hers, his] = [await openStorage(alice), await openStorage(bob)]
  await hers.keyed.store('user:profile', { name: 'Alice' })
  expect(await his.keyed.retrieve('user:profile')).toBe(null)
  await hers.keyed.grantAccess('user:profile', await hers.memberOf(bob.peerId))
  await vi.waitFor(
    async () => expect(await his.keyed.retrieve('user:profile')).toEqual({ name: 'Alice' }),
    soon,
  )
  await hers.keyed.revokeAccess('user:profile', await hers.memberOf(bob.peerId))
  await hers.keyed.update('user:profile', { name: 'Alice Smith' })
  await expect(his.keyed.update('user:profile', { name: 'Bob' })).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  })
  expect(await hers.keyed.retrieve('user:profile')).toEqual({ name: 'Alice Smith' })
  expect(await his.keyed.retrieve('user:profile')).toEqual({ name: 'Alice' })
})

test('M18 a document of a space is edited by two peers at once', async () => {
  const [alice, bob] = await meshes(2)
  const [hers, his] = await Promise.all(
    [alice, bob].map((mesh) => openStorage(mesh, { engine: yjsEngine })),
  )
  if (hers === undefined || his === undefined) throw new Error('two were joined')
  const space = await hers.createSpace({ isPrivate: false })
  await space.grant(await hers.memberOf(bob.peerId), 'write')
  const there = await his.joinSpace(space.id)
  const text = (one: typeof space) => (one.doc('notes') as import('yjs').Doc).getText('body')
  text(space).insert(0, 'one ')
  await vi.waitFor(() => expect(there.role).toBe('write'), soon)
  text(there).insert(0, 'two ')
  await vi.waitFor(() => {
    expect(text(space).toString()).toHaveLength(8)
    expect(text(there).toString()).toBe(text(space).toString())
  }, soon)
})

test('openStorage of a mesh is one, and ends with it', async () => {
  const [mesh] = await meshes(1)
  const storage = await openStorage(mesh)
  expect(await openStorage(mesh)).toBe(storage)
  await mesh.close()
  await expect(storage.keyed.store('key', 1)).rejects.toThrow()
})

test('M18 a blob is read, in parts, by who has its reference, from whoever keeps its pieces', async () => {
  const [alice, bob] = await meshes(3)
  const hers = await openStorage(alice, { store: memoryStore() })
  const his = await openStorage(bob)
  const bytes = new Uint8Array(30_000).map((_, at) => at * 7)
  const reference = await hers.writeBlob(bytes)
  // Who has just opened the table may not know yet who else keeps it.
  await vi.waitFor(async () => {
    const part: number[] = []
    const pieces = his.readBlob(reference, { from: 8000, to: 17_000 })
    for await (const piece of pieces) part.push(...piece)
    expect(part).toEqual([...bytes.subarray(8000, 17_000)])
  }, soon)
})

test('a space is read from the table when nobody who has it is there', async () => {
  const network = await joined(4)
  closers.push(network.close)
  const [alice, bob] = network.meshes as [PigeonMesh, PigeonMesh]
  const opened = await Promise.all(network.meshes.map((mesh) => openStorage(mesh)))
  const [hers, his] = opened as [MeshStorage, MeshStorage]
  const space = await hers.createSpace()
  await space.grant(await hers.memberOf(bob.peerId), 'read')
  await space.set('title', new Uint8Array([7]))
  await vi.waitFor(() => hers.keepInTable(space).save(), soon)
  await alice.close()
  await vi.waitFor(() => expect(bob.peers.has(alice.peerId)).toBe(false), soon)
  const there = await his.joinSpace(space.id, undefined, [space.creator])
  expect(there.get('title')).toEqual(new Uint8Array([7]))
}, 40_000)
