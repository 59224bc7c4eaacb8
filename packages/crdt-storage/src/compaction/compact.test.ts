import { memoryStore } from '@pigeon/store'
import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { give, joinFrom, meet, person, read, text } from '../../test/people.ts'
import { Space } from '../index.ts'
import type { Taken } from '../log/log.ts'
import type { Core } from '../space/core.ts'
import { momentOf } from '../space/moment.ts'
import { yjsEngine } from '../yjs.ts'
import { forget } from './compact.ts'
import { attestOf, FIRST } from './snapshots.ts'
import { encodeState } from './state-format.ts'

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

/** What a member can do who does not keep to its program. */
const inside = (space: Space): Core => (space as unknown as { core: Core }).core

async function forgedState(space: Space): Promise<Uint8Array> {
  const { state } = await momentOf(inside(space), undefined)
  const known = state.values.get('k')
  if (known === undefined) throw new Error('there is no k')
  state.values.set('k', { ...known, bytes: text('forged') })
  return encodeState(state)
}

async function writeForged(space: Space, state: Uint8Array): Promise<void> {
  const core = inside(space)
  let written: Taken[] = []
  await core.own(async () => {
    written = await core.parts.writer.writeSealed('snapshot', Uint8Array.of(FIRST, ...state))
    return written
  })
  await forget(core, written)
}

function lie(at: Space, state: Uint8Array): Promise<void> {
  const from = at.log.authority.nodes.find(({ statement: { act } }) => act.kind === 'snapshot')
  if (from === undefined) throw new Error('there is no snapshot')
  const core = inside(at)
  return core.own(() => core.parts.writer.writeSealed('attest', attestOf(from, state)))
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

it('one who attests what is forged is not enough for who asks for two, and both together are', async () => {
  const { space, atBob } = await filled()
  const [cay, dan] = [await person(3, { engine }), await person(4, { engine })]
  await space.grant(cay.author, 'write')
  await space.grant(dan.author, 'read')
  const atCay = await joinFrom(space, cay)
  await give(space, atCay)
  await meet(space, atBob)
  // The creator says another state than the entries give.
  const [ours, theirs] = [await forgedState(space), atBob]
  await writeForged(space, ours)
  await meet(space, theirs)
  await give(space, atCay)
  await expect(theirs.attest()).rejects.toMatchObject({ code: 'INVALID' })
  const asks = async (minAttesters: number): Promise<string | undefined> => {
    const at = await joinFrom(space, { ...dan, minAttesters })
    await give(space, at)
    return read(at.get('k'))
  }
  expect(await asks(0)).toBe('forged')
  expect(await asks(1)).toBeUndefined()
  await lie(atCay, ours)
  await give(atCay, space)
  expect(await asks(1)).toBe('forged')
  expect(await asks(2)).toBeUndefined()
  await lie(theirs, ours)
  await give(theirs, space)
  expect(await asks(2)).toBe('forged')
})

it('honest members attest a snapshot, also one that stands on another', async () => {
  const { space, atBob } = await filled()
  const cay = await person(3, { engine })
  await space.grant(cay.author, 'write')
  const atCay = await joinFrom(space, cay)
  await give(space, atCay)
  for (const round of [1, 2]) {
    await space.set('round', text(`${round}`))
    ;(space.doc('d') as Y.Doc).getText().delete(round, 3)
    await space.flush()
    for (const at of [atBob, atCay]) await meet(space, at) // or they could not work it out
    await space.compact()
    for (const at of [atBob, atCay]) {
      await meet(space, at)
      await at.attest()
      await meet(space, at)
    }
  }
  const dan = await person(4, { engine, minAttesters: 2 })
  await space.grant(dan.author, 'read')
  const atDan = await joinFrom(space, dan)
  await give(space, atDan)
  expect(shown(atDan)).toEqual(shown(space))
})
