import { memoryStore } from '@pigeon/store'
import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { give, joinFrom, meet, person, read, text } from '../../test/people.ts'
import { Space } from '../index.ts'
import { yjsEngine } from '../yjs.ts'

const engine = yjsEngine

async function filled() {
  const store = memoryStore()
  const ann = await person(1, { engine, store, batchMs: 0 })
  const bob = await person(2, { engine, batchMs: 0 })
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'write')
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  for (let count = 0; count < 30; count++) {
    await space.set('k', text(`${count}`))
    ;(space.doc('d') as Y.Doc).getText().insert(0, 'a')
    await space.flush()
  }
  await meet(space, atBob)
  ;(atBob.doc('d') as Y.Doc).getText().insert(0, 'b')
  await atBob.flush()
  await atBob.add('s', text('e'))
  await atBob.increment('c', 5)
  await meet(space, atBob)
  return { ann, bob, space, atBob }
}

const shown = (space: Space) => ({
  k: read(space.get('k')),
  s: space.elements('s').map(read),
  c: space.count('c'),
  d: (space.doc('d') as Y.Doc).getText().toString(),
})

it('a newcomer reads all of it from the snapshot, and goes on from there', async () => {
  const { space, atBob } = await filled()
  const before = shown(space)
  const bytes = space.log.bytes
  await space.compact()
  expect(shown(space)).toEqual(before)
  expect(space.log.bytes).toBeLessThan(bytes)
  const cay = await person(3, { engine, batchMs: 0 })
  await space.grant(cay.author, 'write')
  const atCay = await joinFrom(space, cay)
  await give(space, atCay)
  expect(shown(atCay)).toEqual(before)
  // Who edits at the same time, with everything at hand, and who has the snapshot alone.
  ;(atCay.doc('d') as Y.Doc).getText().insert(0, 'c')
  ;(atBob.doc('d') as Y.Doc).getText().insert(0, 'B')
  await atBob.remove('s', text('e'))
  await atBob.set('k', text('late'))
  await Promise.all([atCay.flush(), atBob.flush()])
  for (const [a, b] of [
    [atBob, space],
    [atCay, space],
    [space, atBob],
    [space, atCay],
  ] as const) {
    await meet(a, b)
  }
  expect(shown(atCay)).toEqual(shown(space))
  expect(shown(atBob)).toEqual(shown(space))
  expect(shown(space)).toMatchObject({ k: 'late', s: [], c: 5 })
})

it('is there after a restart, and after a second snapshot', async () => {
  const { ann, bob, space, atBob } = await filled()
  await space.compact()
  await space.set('after', text('1'))
  await space.compact()
  const before = shown(space)
  await space.close()
  const again = await Space.load(ann)
  if (again === undefined) throw new Error('nothing was kept')
  expect(shown(again)).toEqual(before)
  expect(read(again.get('after'))).toBe('1')
  // A revoke after it drops what it had not seen, and the rest is built again from the snapshot.
  await atBob.set('late', text('x'))
  await meet(again, atBob)
  expect(read(again.get('late'))).toBe('x')
  await atBob.set('later', text('y'))
  await again.revoke(Buffer.from(bob.author.key).toString('hex'))
  await meet(again, atBob)
  expect(again.get('later')).toBeUndefined()
  expect(shown(again)).toEqual(before)
  expect(atBob.get('later')).toBeUndefined()
  expect(shown(atBob)).toEqual(before)
})

it('is for the creator alone', async () => {
  const { atBob } = await filled()
  await expect(atBob.compact()).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
})
