import { seededRandom } from '@pigeon/transport/testing'
import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { put, scene } from '../../test/mallory.ts'
import { give, joinFrom, person, read, text } from '../../test/people.ts'
import type { Entry } from '../entry/entry.ts'
import { encodeRest, readEntry, signedBytes } from '../entry/entry-format.ts'
import { encodeRun } from '../entry/run.ts'
import { encodeData } from '../fold/items.ts'

it('20,000 bit flips of a run: each is refused, and changes nothing', async () => {
  const { space, atBob } = await scene(true)
  const doc = atBob.doc('d') as Y.Doc
  doc.getText().insert(0, 'hello world')
  await atBob.flush()
  const tip = atBob.log.authority.nodes.at(-1)
  if (tip === undefined) throw new Error('nothing was written')
  const run = encodeRun(atBob.log.runFrom(tip, 1))
  const eager = await joinFrom(space, await person(9, { sourceRate: 1_000_000 }))
  await give(space, eager)
  const before = eager.log.authority.size
  const random = seededRandom(20_000)
  const receipts = new Map<string, number>()
  for (let count = 0; count < 20_000; count++) {
    const [a = 0, b = 0, bit = 0] = random.fill(new Uint8Array(3))
    const flipped = run.slice()
    const at = (a * 256 + b) % run.length
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7))
    const receipt = await eager.receive(flipped, 'mallory')
    receipts.set(receipt, (receipts.get(receipt) ?? 0) + 1)
  }
  expect([...receipts.keys()].sort()).toEqual(['forged', 'malformed'])
  expect(eager.log.authority.size).toBe(before)
  expect(eager.log.parked.count).toBe(0)
}, 60_000)

it('replay into another space: an entry of one is none of another', async () => {
  const { space, mallory } = await scene()
  const other = await scene(false, { random: seededRandom(77) })
  const entry = await mallory.data([put('k', 'v')])
  expect(await mallory.send(other.space, entry)).toBe('forged')
  expect(await mallory.send(space, entry)).toBe('taken')
})

it('truncated and reordered runs: the signature of the end stands for exactly what is before it', async () => {
  const { space, mallory } = await scene()
  const one = await mallory.data([put('a', '1')])
  const two = await mallory.data([put('b', '2')], { seq: 1, prev: one.id })
  const { signature: _, ...unsigned } = one
  const bare = { ...unsigned, signature: undefined }
  const other = await mallory.data([put('c', '3')])
  const whole = encodeRun([bare, two])
  for (let length = 0; length < whole.length; length += 7) {
    expect(await space.receive(whole.slice(0, length), 'm')).toBe('malformed')
  }
  const swapped = encodeRun([
    { ...two, place: one.place, signature: undefined },
    { ...bare, signature: two.signature },
  ])
  expect(await space.receive(swapped, 'm')).toBe('forged')
  const replaced = encodeRun([{ ...bare, rest: other.rest }, two])
  expect(await space.receive(replaced, 'm')).toBe('forged')
  expect(await space.receive(whole, 'm')).toBe('taken')
  expect(read(space.get('b'))).toBe('2')
})

it('parked flood: entries that wait for nothing real take bounded room, and none from others', async () => {
  const { space, atBob, mallory } = await scene(false, {
    parkedBytes: 20_000,
    parkedBytesInAll: 40_000,
  })
  const waiting = await atBob.set('k', text('v')).then(() => atBob.log.authority.nodes.at(-1))
  await atBob.set('l', text('w'))
  const later = atBob.log.authority.nodes.at(-1)
  if (waiting === undefined || later === undefined) throw new Error('nothing was written')
  expect(await space.receive(encodeRun(atBob.log.runFrom(later, 1)), 'bob')).toBe('parked')
  for (let count = 0; count < 200; count++) {
    const nowhere = count.toString(16).padStart(64, '0')
    const entry = await mallory.data([put('k', 'x')], { deps: [nowhere] })
    await mallory.send(space, entry)
  }
  expect(space.log.parked.bytes).toBeLessThanOrEqual(40_000)
  expect(space.log.parked.dropped).toBeGreaterThan(100)
  await space.receive(encodeRun(atBob.log.runFrom(waiting, 1)), 'bob')
  expect(read(space.get('l'))).toBe('w')
})

it('quota flood: one author fills its own share and no more, and can still be revoked', async () => {
  const { space, mallory } = await scene(false, { authorBytes: 50_000 })
  let prev: Entry | undefined
  const receipts: string[] = []
  for (let count = 0; count < 12; count++) {
    const place: Partial<Entry> = prev === undefined ? {} : { seq: count, prev: prev.id }
    prev = await mallory.data([{ type: 'put', name: 'k', bytes: new Uint8Array(8000) }], place)
    receipts.push(await mallory.send(space, prev))
  }
  expect(receipts.filter((receipt) => receipt === 'taken')).toHaveLength(6)
  expect(receipts.at(-1)).toBe('full')
  await space.revoke(mallory.at.me)
  await space.set('k', text('ours'))
  expect(read(space.get('k'))).toBe('ours')
})

it('rate flood: a source that sends too much is not listened to for the rest of the second', async () => {
  const { space, mallory } = await scene(false, { sourceRate: 5 })
  const entry = encodeRun([await mallory.data([put('k', 'v')])])
  const receipts: string[] = []
  for (let count = 0; count < 30; count++) receipts.push(await space.receive(entry, 'mallory'))
  expect(receipts.filter((receipt) => receipt !== 'busy')).toHaveLength(20)
})

it('strangers write nothing, whatever they sign', async () => {
  const { space } = await scene()
  const eve = await person(5)
  const atEve = await joinFrom(space, eve)
  await give(space, atEve)
  const rest = encodeRest(
    { acl: [], deps: [] },
    { kind: 'data', body: encodeData({ session: 1, items: [put('k', 'v')] }) },
  )
  for (const via of [undefined, space.log.authority.nodes[1]?.statement.id]) {
    const place = { author: atEve.me, via, seq: 0, prev: undefined }
    const entry = readEntry(space.id, place, rest, undefined)
    const signature = await eve.author.sign(signedBytes(entry.id))
    expect(await space.receive(encodeRun([{ ...entry, signature }]), 'eve')).toBe('inadmissible')
  }
})
