import { expect, it } from 'vitest'
import { put, scene } from '../../test/mallory.ts'
import { give, joinFrom, meet, person, read, text } from '../../test/people.ts'

it('B5 equivocation: both sides of a lie are kept as the proof, and nothing after it counts', async () => {
  const { space, atBob, mallory } = await scene()
  const one = await mallory.data([put('k', 'one')])
  const two = await mallory.data([put('k', 'two')])
  await mallory.send(space, one)
  await mallory.send(atBob, two)
  const proofs: string[][] = []
  space.on('equivocation', (_author, ids) => proofs.push([...ids].sort()))
  await meet(space, atBob)
  expect(proofs).toContainEqual([one.id, two.id].sort())
  expect(space.get('k')).toBeUndefined()
  expect(atBob.get('k')).toBeUndefined()
  const three = await mallory.data([put('k', 'three')], { seq: 1, prev: one.id })
  await mallory.send(space, three)
  expect(space.get('k')).toBeUndefined()
})

it('B5 equivocation that others built on before it was seen stays, on every replica alike', async () => {
  const { space, atBob, mallory } = await scene()
  const one = await mallory.data([put('k', 'one')])
  const two = await mallory.data([put('l', 'two')])
  await mallory.send(atBob, one)
  await atBob.set('m', text('seen'))
  await mallory.send(space, two)
  await meet(space, atBob)
  for (const at of [space, atBob]) {
    expect(read(at.get('k'))).toBe('one')
    expect(at.get('l')).toBeUndefined()
    expect(read(at.get('m'))).toBe('seen')
  }
})

it('B5 a revoke from an old past seals what its author had not seen, not what others built on', async () => {
  const { space, atBob, mallory } = await scene()
  await mallory.at.set('seen', text('1'))
  await meet(mallory.at, space)
  await mallory.at.set('vouched', text('2'))
  await meet(mallory.at, atBob)
  await atBob.set('by bob', text('3'))
  await mallory.at.set('late', text('4'))
  await space.revoke(mallory.at.me)
  await meet(space, atBob)
  await meet(space, mallory.at)
  for (const at of [space, atBob, mallory.at]) {
    expect(at.keys.sort()).toEqual(['by bob', 'seen', 'vouched'])
  }
})

it('B5 back-dated: who was revoked cannot write as if it had been before', async () => {
  const { space, atBob, mallory } = await scene()
  await mallory.at.set('k', text('before'))
  await meet(mallory.at, space)
  await space.revoke(mallory.at.me)
  await meet(space, atBob)
  const first = mallory.at.log.tip(
    mallory.at.me,
    mallory.at.log.authority.view.grants(mallory.at.me)[0]?.statement.id ?? '',
  )
  const forged = await mallory.data([put('k', 'forged')], {
    seq: 1,
    prev: first?.statement.id as string,
  })
  expect(await mallory.send(atBob, forged)).toBe('taken')
  expect(read(atBob.get('k'))).toBe('before')
})

it('B5 rollback of a head: an older state of a neighbour takes nothing back', async () => {
  const { space, atBob } = await scene()
  await space.set('k', text('old'))
  await give(space, atBob)
  const old = await joinFrom(space, await person(8))
  await give(space, old)
  await space.set('k', text('new'))
  await give(space, atBob)
  await meet(old, atBob)
  expect(read(atBob.get('k'))).toBe('new')
  expect(read(old.get('k'))).toBe('new')
})
