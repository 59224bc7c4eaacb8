import { expect, it } from 'vitest'
import { give, joinFrom, meet, person, read, text } from '../../test/people.ts'
import { Space } from '../index.ts'

it('M18 asks for the key of an epoch that counts no more, but under which somebody wrote', async () => {
  const [xs, wills, mels] = [await person(2), await person(3), await person(4)]
  const ann = await Space.create({}, await person(1))
  await ann.grant(xs.author, 'admin')
  await ann.grant(wills.author, 'write')
  const x = await joinFrom(ann, xs)
  const will = await joinFrom(ann, wills)
  const mel = await joinFrom(ann, mels)
  await give(ann, x)
  await x.grant(mels.author, 'read')
  await give(x, ann)
  for (const other of [will, mel]) await give(ann, other)
  // Mel gets no key of this epoch, and Will writes with it.
  await x.revoke(mel.me)
  await give(x, will)
  await will.set('a', text('one'))
  // Next to that the revoker loses its place: Mel stays, and the epoch is none.
  await ann.revoke(x.me)
  await give(will, ann)
  await give(ann, mel)
  expect(mel.role).toBe('read')
  expect(read(mel.get('a'))).toBeUndefined()

  await meet(mel, will)
  expect(read(mel.get('a'))).toBe('one')
  expect(mel.missingKeys).toEqual([])
})
