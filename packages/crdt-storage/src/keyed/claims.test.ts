import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { memoryStore } from '@pigeon/store'
import { peerIdFromName } from '@pigeon/xor'
import { expect, it } from 'vitest'
import { person } from '../../test/people.ts'
import { Replicator } from '../index.ts'
import { DistributedStorage, type DistributedStorageOptions, MemoryDirectory } from '../keyed.ts'

/** Ann, Bob and Cay, each linked with the others, and a table of who owns what. */
async function three(): Promise<{
  ann: DistributedStorage
  bob: DistributedStorage
  cay: DistributedStorage
  options: DistributedStorageOptions[]
  settle: (ms?: number) => Promise<void>
  until: <T>(doing: Promise<T>) => Promise<T>
}> {
  const simulation = new Simulation({ seed: 1 })
  const network = new SimulatedNetwork(simulation, { latency: 20 })
  const directory = new MemoryDirectory()
  const ids = ['ann', 'bob', 'cay'].map(peerIdFromName)
  const options = await Promise.all(
    ids.map(async (id, number) => {
      const { clock, random } = network.host(id)
      const replicator = new Replicator({ transport: network.transport(id), clock, random })
      const store = memoryStore()
      return { ...(await person(number + 1)), clock, replicator, directory, store, findMs: 500 }
    }),
  )
  for (const [a, b] of [
    [0, 1],
    [1, 2],
    [0, 2],
  ] as const) {
    network.connect(ids[a] as (typeof ids)[0], ids[b] as (typeof ids)[0])
  }
  const [ann, bob, cay] = await Promise.all(options.map((each) => DistributedStorage.open(each)))
  const settle = async (ms = 1000): Promise<void> => {
    await simulation.runUntilAsync(() => false, ms)
  }
  const until = async <T>(doing: Promise<T>): Promise<T> => {
    let isDone = false
    doing.then(
      () => {
        isDone = true
      },
      () => {
        isDone = true
      },
    )
    await simulation.runUntilAsync(() => isDone, 20_000)
    return doing
  }
  return { ann, bob, cay, options, settle, until } as Awaited<ReturnType<typeof three>>
}

const keyOf = (options: DistributedStorageOptions | undefined) => {
  if (options === undefined) throw new Error('nobody')
  return options.author
}

it('private: only those with access read it; granting gives it, revoking ends it', async () => {
  const { ann, bob, cay, options, settle, until } = await three()
  await ann.store('user:profile', { name: 'Alice' })
  expect(await until(bob.retrieve('user:profile'))).toBeNull()
  await ann.grantAccess('user:profile', keyOf(options[1]))
  await settle()
  expect(await until(bob.retrieve('user:profile'))).toEqual({ name: 'Alice' })
  expect(await until(cay.retrieve('user:profile'))).toBeNull()
  await ann.revokeAccess('user:profile', keyOf(options[1]))
  await ann.update('user:profile', { name: 'Alice Smith' })
  await settle()
  expect(await ann.retrieve('user:profile')).toEqual({ name: 'Alice Smith' })
  expect(await bob.retrieve('user:profile')).toEqual({ name: 'Alice' })
})

it('private: a stranger who stores under the same key changes nothing of the owner', async () => {
  const { ann, bob, cay, options, settle, until } = await three()
  await ann.store('k', { by: 'ann' }, { isPublic: true })
  expect(await until(bob.retrieve('k'))).toEqual({ by: 'ann' })
  await cay.store('k', { by: 'cay' }, { isPublic: true })
  await settle()
  expect(await ann.retrieve('k')).toEqual({ by: 'ann' })
  expect(await bob.retrieve('k')).toEqual({ by: 'ann' })
  const owner = Buffer.from(keyOf(options[0]).key).toString('hex')
  expect(await until(cay.retrieve('k', { owner }))).toEqual({ by: 'ann' })
  await expect(cay.update('k', { by: 'cay' }, { owner })).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  })
})

it('public: everybody reads it, and only its owner writes it', async () => {
  const { ann, bob, until } = await three()
  await ann.store('app:config', { version: 1 }, { isPublic: true })
  expect(await until(bob.retrieve('app:config'))).toEqual({ version: 1 })
  await expect(bob.update('app:config', { version: 2 })).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  })
})

it('immutable: nobody changes it, its owner neither', async () => {
  const { ann, bob, until } = await three()
  await ann.store('frozen', { v: 1 }, { isPublic: true, isImmutable: true })
  expect(await until(bob.retrieve('frozen'))).toEqual({ v: 1 })
  for (const who of [ann, bob]) {
    await expect(who.update('frozen', { v: 'evil' })).rejects.toMatchObject({ code: 'FROZEN' })
    await expect(who.delete('frozen')).rejects.toMatchObject({ code: 'FROZEN' })
  }
  await expect(ann.store('frozen', { v: 'evil' })).rejects.toMatchObject({ code: 'FROZEN' })
})

it('CRDT: somebody else edits it, and what both changed apart merges', async () => {
  const { ann, bob, options, settle, until } = await three()
  await ann.store('doc:shared', { title: 'A', content: 'x' }, { enableCRDT: true })
  await ann.grantAccess('doc:shared', keyOf(options[1]), 'write')
  expect(await until(bob.retrieve('doc:shared'))).toEqual({ title: 'A', content: 'x' })
  await Promise.all([
    ann.update('doc:shared', { title: 'by ann' }),
    bob.update('doc:shared', { content: 'by bob' }),
  ])
  await settle()
  for (const who of [ann, bob]) {
    expect(await who.retrieve('doc:shared')).toEqual({ title: 'by ann', content: 'by bob' })
  }
})

it('subscribe, list, search, delete and events', async () => {
  const { ann, bob, settle, until } = await three()
  await ann.store('a:1', 1, { isPublic: true })
  await ann.store('a:2', { n: 2 }, { isPublic: true })
  await ann.store('b:1', 3, { isPublic: true })
  await until(bob.retrieve('a:1'))
  const seen: unknown[] = []
  const events: string[] = []
  bob.on('storageDataUpdated', ({ key, version }) => events.push(`${key} ${version > 0}`))
  await bob.subscribe('a:1', (value) => seen.push(value))
  await settle()
  await ann.update('a:1', 10)
  await settle()
  expect(seen.at(-1)).toBe(10)
  expect(events).toContain('a:1 true')
  expect((await ann.listKeys({ prefix: 'a:' })).map(({ key }) => key).sort()).toEqual([
    'a:1',
    'a:2',
  ])
  const found = await ann.search(({ value }) => typeof value === 'number')
  expect(found.map(({ key }) => key).sort()).toEqual(['a:1', 'b:1'])
  await ann.delete('a:1')
  await settle()
  expect(await ann.retrieve('a:1')).toBeNull()
  expect(await bob.retrieve('a:1')).toBeNull()
})

it('persistence: after a restart everything is there; a backup brings it elsewhere', async () => {
  const { ann, bob, options } = await three()
  const [first, second] = options
  if (first === undefined || second === undefined) throw new Error('nobody')
  await ann.store('k', { v: 1 })
  const big = 'x'.repeat(200_000)
  await ann.store('big', big)
  const backup = await ann.backup()
  await ann.close()
  const again = await DistributedStorage.open(first)
  expect(await again.retrieve('k')).toEqual({ v: 1 })
  expect(await again.retrieve('big')).toBe(big)
  await again.close()
  const { store: _, ...rest } = first
  const elsewhere = await DistributedStorage.open(rest)
  await elsewhere.restore(backup)
  expect(await elsewhere.retrieve('k')).toEqual({ v: 1 })
  await elsewhere.close()
  await bob.restore(backup)
  expect(await bob.retrieve('k')).toBeNull() // it is sealed
  await expect(bob.restore(backup.slice(0, 500))).rejects.toMatchObject({ code: 'INVALID' })
})
