import { memoryStore } from '@pigeon/store'
import { TestDisk } from '@pigeon/store/testing'
import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { give, joinFrom, meet, person, read, text } from '../../test/people.ts'
import { type Exclusive, Space } from '../index.ts'
import { yjsEngine } from '../yjs.ts'

it('is there again after it was closed, with keys, roles and documents', async () => {
  const store = memoryStore()
  const [ann, bob] = [await person(1, { store, engine: yjsEngine }), await person(2)]
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'write')
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  await atBob.set('k', text('by bob'))
  await meet(space, atBob)
  const doc = space.doc('d') as Y.Doc
  doc.getText().insert(0, 'hello')
  await space.close()
  const again = await Space.load(ann)
  if (again === undefined) throw new Error('nothing was kept')
  expect(again.id).toBe(space.id)
  expect(read(again.get('k'))).toBe('by bob')
  expect(again.members.get(atBob.me)).toBe('write')
  const after = again.doc('d') as Y.Doc
  expect(after.getText().toString()).toBe('hello')
  after.getText().insert(5, '!')
  await again.flush()
  await meet(again, atBob)
  expect(atBob.log.authority.size).toBe(again.log.authority.size)
  expect((await Space.load(await person(1)))?.id).toBeUndefined()
})

it('signs no number twice after a crash, whatever of others was lost', async () => {
  const [ann, bob] = [await person(1), await person(2)]
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'write')
  const disk = new TestDisk()
  let atBob = await joinFrom(space, { ...bob, store: disk.open() })
  await give(space, atBob)
  const said = new Map<string, string>()
  for (let round = 0; round < 10; round++) {
    await atBob.set('k', text(`${round}`))
    await space.set('l', text(`${round}`))
    await give(space, atBob)
    for (const { statement } of atBob.log.authority.nodes) {
      const number = `${statement.author}/${statement.via}/${statement.seq}`
      expect(said.get(number) ?? statement.id).toBe(statement.id)
      said.set(number, statement.id)
    }
    disk.crash()
    const loaded = await Space.load({ ...bob, store: disk.open() })
    if (loaded === undefined) throw new Error('the space was lost')
    atBob = loaded
    expect(read(atBob.get('k'))).toBe(`${round}`)
  }
})

it('tells nobody of what could not be kept', async () => {
  const disk = new TestDisk()
  const space = await Space.create({}, await person(1, { store: disk.open() }))
  const told: unknown[] = []
  space.on('entries', (runs) => told.push(...runs))
  disk.failNextBatch()
  await expect(space.set('k', text('v'))).rejects.toMatchObject({ code: 'STORE' })
  expect(told).toEqual([])
  expect(space.get('k')).toBeUndefined()
  await space.set('k', text('again'))
  expect(told).toHaveLength(1)
})

/** Locks as those of a page. */
function locks(): Exclusive {
  const turns = new Map<string, Promise<unknown>>()
  return (name, run) => {
    const next = (turns.get(name) ?? Promise.resolve()).then(run)
    turns.set(
      name,
      next.catch(() => undefined),
    )
    return next
  }
}

it('gives tabs that open a space at one moment numbers of their own', async () => {
  const options = await person(1, { store: memoryStore(), exclusive: locks() })
  const first = await Space.create({}, options)
  const tabs = await Promise.all([1, 2, 3].map(() => Space.load(options)))
  const sessions = [first, ...tabs].map((space) => space?.session)
  expect(new Set(sessions).size).toBe(4)
})

it('lets two tabs of one author write at the same time on one chain', async () => {
  const store = memoryStore()
  const options = await person(1, { store, exclusive: locks(), engine: yjsEngine })
  const one = await Space.create({}, options)
  const two = await Space.load(options)
  if (two === undefined) throw new Error('the other tab finds nothing')
  ;(one.doc('d') as Y.Doc).getText().insert(0, 'one')
  ;(two.doc('d') as Y.Doc).getText().insert(0, 'two')
  await Promise.all([
    ...[1, 2, 3].flatMap((number) => [
      one.set(`a${number}`, text('x')),
      two.set(`b${number}`, text('x')),
    ]),
    one.flush(),
    two.flush(),
  ])
  await one.refresh()
  await two.refresh()
  expect(one.keys.sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3'])
  expect(two.keys.sort()).toEqual(one.keys.sort())
  const merged = (one.doc('d') as Y.Doc).getText().toString()
  expect(['onetwo', 'twoone']).toContain(merged)
  expect((two.doc('d') as Y.Doc).getText().toString()).toBe(merged)
  const { authority } = one.log
  expect([...authority.ends]).toHaveLength(1)
})
