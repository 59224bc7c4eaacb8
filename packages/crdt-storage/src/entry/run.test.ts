import fc from 'fast-check'
import { expect, it } from 'vitest'
import { person, text } from '../../test/people.ts'
import { Space } from '../space/space.ts'
import { encodeRun, readRun } from './run.ts'

async function filled(): Promise<Space> {
  const [ann, bob] = [await person(1), await person(2)]
  const space = await Space.create({}, ann)
  await space.set('k', text('v'))
  await space.grant(bob.author, 'write')
  await space.revoke(Buffer.from(bob.author.key).toString('hex'), 'read')
  await space.rotate()
  await space.add('s', text('e'))
  return space
}

it('reads what it wrote, of every kind', async () => {
  const { log, id } = await filled()
  const entries = log.authority.nodes.slice(1).map(({ statement }) => log.get(statement.id))
  const run = entries.flatMap((entry) => entry ?? [])
  const read = readRun(
    id,
    encodeRun(run, () => true),
  )
  expect(read).toEqual(run)
  // Only the last one needs a signature: the others are in it by their hashes.
  const short = readRun(id, encodeRun(run))
  expect(short.map((entry) => entry.id)).toEqual(run.map((entry) => entry.id))
})

it('throws nothing but a WireError, whatever it is given', async () => {
  const { log, id } = await filled()
  const [first] = log.authority.nodes.slice(1)
  if (first === undefined) throw new Error('nothing was written')
  const run = encodeRun(log.runFrom(first, 100_000), () => true)
  const tryReading = (bytes: Uint8Array): void => {
    try {
      readRun(id, bytes)
    } catch (error) {
      expect((error as Error).name).toBe('WireError')
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), tryReading))
  const changes = fc.array(fc.tuple(fc.nat(run.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(changes, fc.nat(run.length), (changed, length) => {
      const bytes = run.slice(0, length)
      for (const [at, value] of changed) if (at < length) bytes[at] = value
      tryReading(bytes)
    }),
    { numRuns: 1000 },
  )
})
