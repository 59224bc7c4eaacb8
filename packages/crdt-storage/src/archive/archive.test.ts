import { expect, it } from 'vitest'
import { clock, give, joinFrom, person, read, text } from '../../test/people.ts'
import { Archive, type ArchiveTable, catchUpFrom, joinArchived } from '../archive.ts'
import { Space } from '../index.ts'
import { encodeHead, headName, MAX_BUNDLES, readHead } from './head.ts'

/** A table in memory, one owner's end of it. */
class Table implements ArchiveTable {
  readonly #all: { bytes: Uint8Array[]; own: Map<string, Uint8Array> }
  readonly #owner: string

  constructor(owner: string, of?: Table) {
    this.#owner = owner
    this.#all = of === undefined ? { bytes: [], own: new Map() } : of.#all
  }

  get pieces(): Uint8Array[] {
    return this.#all.bytes
  }

  async put(bytes: Uint8Array): Promise<Uint8Array> {
    const index = this.#all.bytes.push(bytes.slice()) - 1
    return Uint8Array.of(index >> 8, index & 255)
  }

  async get([high = 0, low = 0]: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#all.bytes[high * 256 + low]
  }

  async putOwn(name: string, value: Uint8Array): Promise<void> {
    this.#all.own.set(`${this.#owner}/${name}`, value)
  }

  async getOf(owner: string, name: string): Promise<Uint8Array | undefined> {
    return this.#all.own.get(`${owner}/${name}`)
  }
}

it('brings a space to who comes when nobody who has it is there', async () => {
  const [ann, bob, eve] = [await person(1), await person(2), await person(3)]
  const space = await Space.create({}, ann)
  await space.set('title', text('Plan'))
  await space.grant(bob.author, 'write')
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  const hers = new Table(space.me)
  const archive = new Archive({ space, table: hers, clock })
  await archive.save()
  await space.set('more', text('later'))
  await archive.close()
  await atBob.set('by', text('Bob'))
  const his = new Archive({ space: atBob, table: new Table(atBob.me, hers), clock })
  await his.close()

  const again = await joinArchived(space.id, [space.creator], hers, await person(2))
  expect(again.keys.sort()).toEqual(['by', 'more', 'title'])
  expect(read(again.get('by'))).toBe('Bob')
  const atEve = await joinArchived(space.id, [space.creator], hers, eve)
  expect(atEve.keys).toEqual([])
  for (const piece of hers.pieces) expect(Buffer.from(piece).includes('Plan')).toBe(false)
})

it('puts only what is new, a while after it came, and all of it anew when that were too many parts', async () => {
  const space = await Space.create({}, await person(1))
  const table = new Table(space.me)
  const archive = new Archive({ space, table, clock, delayMs: 1000 })
  await archive.save()
  const before = table.pieces.length
  await archive.save()
  expect(table.pieces.length).toBe(before)
  for (let count = 0; count < 3; count++) await space.set(`${count}`, text('x'))
  clock.advance(1000)
  await archive.save()
  expect(table.pieces.length).toBe(before + 1)
  for (let count = 0; count < MAX_BUNDLES + 5; count++) {
    await space.set(`more ${count}`, text('x'))
    await archive.save()
  }
  const head = readHead((await table.getOf(space.me, headName(space.id))) as Uint8Array)
  expect(head?.bundles.length).toBeLessThan(MAX_BUNDLES)
  const again = await joinArchived(space.id, [space.me], table, await person(1))
  expect(again.keys).toHaveLength(3 + MAX_BUNDLES + 5)
  await archive.close()
})

it('believes nothing that others put there', async () => {
  const [ann, bob, mallory] = [await person(1), await person(2), await person(4)]
  const space = await Space.create({}, ann)
  const other = await Space.create({}, mallory)
  const table = new Table(space.me)
  await new Archive({ space, table, clock }).close()
  const hers = new Table(other.me, table)
  const rubbish = await hers.put(new Uint8Array(100).fill(200))
  const foreign = await hers.put(other.genesis)
  const name = headName(space.id)
  const bundles = [rubbish, foreign, Uint8Array.of(99, 99)]
  await hers.putOwn(name, encodeHead({ genesis: foreign, bundles }))
  const keepers = [other.me, space.me]
  const joined = await joinArchived(space.id, keepers, table, bob)
  expect(joined.log.authority.size).toBe(space.log.authority.size)
  await hers.putOwn(name, Uint8Array.of(1, 255, 255))
  expect(await catchUpFrom(joined, [other.me], table)).toBeLessThan(2)
  await expect(joinArchived(space.id, [other.me], table, bob)).rejects.toMatchObject({
    code: 'UNKNOWN',
  })
})

it('a head that makes no sense is none', () => {
  const head = { genesis: Uint8Array.of(1), bundles: [Uint8Array.of(2), Uint8Array.of(3)] }
  const bytes = encodeHead(head)
  expect(readHead(bytes)).toEqual(head)
  for (let end = 0; end < bytes.length; end++) {
    expect(readHead(bytes.subarray(0, end))).toBeUndefined()
  }
  expect(readHead(Uint8Array.of(2, ...bytes.subarray(1)))).toBeUndefined()
})
