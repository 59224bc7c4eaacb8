import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { give, joinFrom, person } from '../../test/people.ts'
import { Space } from '../index.ts'
import { yjsEngine } from '../yjs.ts'

function words(space: Space): string {
  return (space.doc('doc') as Y.Doc).getText().toString()
}

async function write(space: Space, what: string): Promise<void> {
  const text = (space.doc('doc') as Y.Doc).getText()
  text.insert(text.length, what)
  await space.flush()
}

it('M18 shows an own edit again that a revoke took back and that another author had seen', async () => {
  const engine = yjsEngine
  const ann = await Space.create({}, await person(1, { engine }))
  const [bobs, carls] = [await person(2, { engine }), await person(3, { engine })]
  await ann.grant(bobs.author, 'write')
  await ann.grant(carls.author, 'write')
  const [bob, carl] = [await joinFrom(ann, bobs), await joinFrom(ann, carls)]
  for (const other of [bob, carl]) await give(ann, other)
  await write(bob, 'one')
  await give(bob, carl)
  await write(carl, ' two')
  await ann.revoke(bob.me)

  await give(ann, bob)
  expect(words(bob)).toBe('')
  await give(carl, bob)
  expect(words(bob)).toBe('one two')
  await give(carl, ann)
  expect(words(ann)).toBe('one two')
})
