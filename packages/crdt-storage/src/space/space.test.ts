import { memoryStore } from '@pigeon/store'
import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { clock, give, joinFrom, meet, person, read, text } from '../../test/people.ts'
import { Space } from '../index.ts'
import { yjsEngine } from '../yjs.ts'

it('shows what is granted to who it is granted to, from the beginning on, and to nobody else', async () => {
  const [ann, bob, eve] = [await person(1), await person(2), await person(3)]
  const space = await Space.create({}, ann)
  await space.set('a', text('before'))
  await space.grant(bob.author, 'read')
  await space.set('b', text('after'))
  const atBob = await joinFrom(space, bob)
  const atEve = await joinFrom(space, eve)
  await give(space, atBob)
  await give(space, atEve)
  expect(read(atBob.get('a'))).toBe('before')
  expect(read(atBob.get('b'))).toBe('after')
  expect(atEve.keys).toEqual([])
  expect(atEve.log.authority.size).toBe(space.log.authority.size)
  await expect(atBob.set('a', text('x'))).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  await expect(atEve.set('a', text('x'))).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
})

it('shows nothing new to who was revoked, and takes nothing from it', async () => {
  const [ann, bob, cay] = [await person(1), await person(2), await person(3)]
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'write')
  await space.grant(cay.author, 'read')
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  await atBob.set('k', text('by bob'))
  await meet(space, atBob)
  expect(read(space.get('k'))).toBe('by bob')
  await space.revoke(atBob.me)
  await space.set('secret', text('new'))
  await atBob.set('late', text('not seen by the revoke'))
  await meet(space, atBob)
  expect(read(space.get('k'))).toBe('by bob')
  expect(space.get('late')).toBeUndefined()
  expect(atBob.get('late')).toBeUndefined()
  expect(atBob.get('secret')).toBeUndefined()
  expect(atBob.role).toBeUndefined()
  const atCay = await joinFrom(space, cay)
  await give(atBob, atCay)
  expect(read(atCay.get('secret'))).toBe('new')
})

it('merges what was edited apart', async () => {
  const options = { engine: yjsEngine, batchMs: 0 }
  const [ann, bob] = [await person(1, options), await person(2, options)]
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'write')
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  const one = space.doc('d') as Y.Doc
  one.getText('t').insert(0, 'hello')
  await space.flush()
  await meet(space, atBob)
  const other = atBob.doc('d') as Y.Doc
  expect(other.getText('t').toString()).toBe('hello')
  one.getText('t').insert(5, ' world')
  other.getText('t').insert(0, '> ')
  await space.flush()
  await atBob.flush()
  await meet(space, atBob)
  expect(one.getText('t').toString()).toBe('> hello world')
  expect(other.getText('t').toString()).toBe('> hello world')
})

it('brings the epochs of revokes that did not know of each other together', async () => {
  const [ann, bob, cay] = [await person(1), await person(2), await person(3)]
  const [dan, eve] = [await person(4), await person(5)]
  const space = await Space.create({}, ann)
  for (const admin of [bob, cay]) await space.grant(admin.author, 'admin')
  const [atBob, atCay] = [await joinFrom(space, bob), await joinFrom(space, cay)]
  for (const at of [atBob, atCay]) await give(space, at)
  await expect(atBob.revoke(atCay.me)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  await atBob.grant(dan.author, 'read')
  await atCay.grant(eve.author, 'read')
  await meet(atBob, atCay)
  const [atDan, atEve] = [await joinFrom(space, dan), await joinFrom(space, eve)]
  for (const at of [atDan, atEve]) await give(atBob, at)
  await atBob.revoke(atDan.me)
  await atCay.revoke(atEve.me)
  await meet(atBob, atCay)
  await meet(atBob, space)
  await atBob.set('k', text('for neither'))
  for (const at of [space, atCay, atDan, atEve]) await give(atBob, at)
  expect(read(atCay.get('k'))).toBe('for neither')
  expect(read(space.get('k'))).toBe('for neither')
  expect(atDan.get('k')).toBeUndefined()
  expect(atEve.get('k')).toBeUndefined()
  clock.advance(5000)
  await space.idle
  expect(space.log.authority.view.epochs).toHaveLength(1)
})

it('keeps sets and counters of all', async () => {
  const [ann, bob] = [await person(1), await person(2)]
  const space = await Space.create({ isPrivate: false }, ann)
  await space.grant(bob.author, 'write')
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  await space.add('s', text('x'))
  await meet(space, atBob)
  await space.remove('s', text('x'))
  await atBob.add('s', text('x'))
  await Promise.all([space.increment('c', 3), atBob.increment('c', -1)])
  await meet(space, atBob)
  for (const at of [space, atBob]) {
    expect(at.elements('s').map(read)).toEqual(['x'])
    expect(at.count('c')).toBe(2)
  }
  await space.remove('s', text('x'))
  await meet(space, atBob)
  expect(atBob.elements('s')).toEqual([])
})

it('lets nobody change what is frozen, not even its creator', async () => {
  const [ann, bob] = [await person(1), await person(2)]
  const space = await Space.create({ frozen: text('for good') }, ann)
  await space.grant(bob.author, 'admin')
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  expect(read(atBob.value)).toBe('for good')
  await expect(space.set('k', text('x'))).rejects.toMatchObject({ code: 'FROZEN' })
  const public_ = await Space.create({ isPrivate: false, frozen: text('open') }, ann)
  expect(read((await joinFrom(public_, bob)).value)).toBe('open')
})

it('goes on after what the rules refused', async () => {
  const [ann, bob] = [await person(1, { store: memoryStore() }), await person(2)]
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'write')
  // The creator stays.
  await expect(space.leave()).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  await expect(space.revoke(space.me)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  await space.set('k', text('v'))
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  await atBob.leave('read')
  expect(atBob.role).toBe('read')
  await atBob.leave()
  expect(atBob.role).toBeUndefined()
  await give(atBob, space)
  expect(space.members.has(atBob.me)).toBe(false)
})

it('writes under its own number after a document was built again', async () => {
  const options = { engine: yjsEngine, batchMs: 0 }
  const [ann, bob, cay] = [await person(1, options), await person(2, options), await person(3)]
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'write')
  await space.grant(cay.author, 'write')
  const atBob = await joinFrom(space, bob)
  const atCay = await joinFrom(space, cay)
  for (const at of [atBob, atCay]) await give(space, at)
  ;(atBob.doc('d') as Y.Doc).getText().insert(0, 'one')
  await atBob.flush()
  await atCay.set('k', text('dropped'))
  await give(atCay, atBob)
  await space.revoke(atCay.me)
  const replaced: string[] = []
  atBob.on('replaced', (name) => replaced.push(name))
  await give(space, atBob)
  expect(replaced).toEqual(['d'])
  ;(atBob.doc('d') as Y.Doc).getText().insert(3, ' two')
  await atBob.flush()
  await give(atBob, space)
  expect((space.doc('d') as Y.Doc).getText().toString()).toBe('one two')
})

it('shows what was there when an entry was written', async () => {
  const space = await Space.create({}, await person(1, { engine: yjsEngine, batchMs: 0 }))
  await space.set('k', text('one'))
  ;(space.doc('d') as Y.Doc).getText().insert(0, 'draft')
  await space.flush()
  const then = space.history.at(-1)?.id ?? ''
  await space.set('k', text('two'))
  await space.increment('c')
  ;(space.doc('d') as Y.Doc).getText().delete(0, 5)
  await space.flush()
  const moment = await space.at(then)
  expect(read(moment.get('k'))).toBe('one')
  expect(moment.keys).toEqual(['k'])
  expect(moment.count('c')).toBe(0)
  expect(moment.elements('s')).toEqual([])
  expect((moment.doc('d') as Y.Doc).getText().toString()).toBe('draft')
  expect((space.doc('d') as Y.Doc).getText().toString()).toBe('')
  await expect(space.at('00')).rejects.toMatchObject({ code: 'UNKNOWN' })
})
