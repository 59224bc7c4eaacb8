import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Joined, joined } from '../fixtures/joined.ts'
import type { PigeonMesh } from '../index.ts'
import { type Channel, openChannel, type Received, type StandardSchema } from './index.ts'

let network: Joined
let alice: PigeonMesh
let bob: PigeonMesh
let carol: PigeonMesh

beforeAll(async () => {
  network = await joined(3)
  const [first, second, third] = network.meshes as [PigeonMesh, PigeonMesh, PigeonMesh]
  alice = first
  bob = second
  carol = third
})
afterAll(() => network.close())

/** The next `count` values. */
async function take<T>(channel: Channel<T>, count: number): Promise<Received<T>[]> {
  const taken: Received<T>[] = []
  for await (const received of channel) {
    taken.push(received)
    if (taken.length === count) break
  }
  return taken
}

/** A schema for numbers, as a library would make one. */
function numbers(how: 'at once' | 'later'): StandardSchema<number> {
  const judge = (value: unknown) =>
    typeof value === 'number' ? { value: value * 2 } : { issues: [{ message: 'no number' }] }
  const validate = (value: unknown) =>
    how === 'at once' ? judge(value) : Promise.resolve().then(() => judge(value))
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

test('a value goes to one peer, as it was, and its way back is told', async () => {
  const [mine, yours] = [openChannel(alice, 'one'), openChannel(bob, 'one')]
  const value = { text: 'hi', at: new Date(7), bytes: Uint16Array.of(1, 2), big: 5n }
  const sent = mine.send(bob.peerId, value)
  const [received] = await take(yours, 1)
  expect(received).toMatchObject({ from: alice.peerId, value, hops: 1, direct: true })
  expect(await sent).toEqual({
    messageId: received?.messageId,
    to: bob.peerId,
    hops: 1,
    ms: expect.any(Number),
  })
  mine.close()
  await yours[Symbol.asyncDispose]()
})

test('what is published reaches everybody who has the channel, and no other channel', async () => {
  const [mine, yours, hers] = [alice, bob, carol].map((mesh) => openChannel<number>(mesh, 'all'))
  const other = openChannel(carol, 'other')
  const [atBob, atCarol] = [take(yours as never, 1), take(hers as never, 1)]
  const messageId = mine?.publish(5)
  const expected = [{ from: alice.peerId, value: 5, messageId, direct: false }]
  expect(await atBob).toMatchObject(expected)
  expect(await atCarol).toMatchObject(expected)
  other.close()
  expect(await take(other, 1)).toEqual([])
  for (const one of [mine, yours, hers]) one?.close()
})

test('B6 3 MB pass over a link in pieces', async () => {
  const [mine, yours] = [openChannel(alice, 'large'), openChannel(bob, 'large')]
  const value = new Float64Array(400_000).map((_, index) => index)
  void mine.send(bob.peerId, value)
  const [received] = await take(yours, 1)
  expect(Buffer.compare(bytesOf(received?.value as never), bytesOf(value))).toBe(0)
  await expect(mine.send(bob.peerId, new Uint8Array(5_000_000))).rejects.toMatchObject({
    code: 'TOO_LARGE',
    hint: expect.stringContaining('file'),
  })
  expect(() => mine.publish(new Float64Array(9_000))).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  )
  for (const one of [mine, yours]) one.close()
})

test('a full queue refuses the newest value, and goes on when there is room', async () => {
  const mine = openChannel<number>(alice, 'full')
  const yours = openChannel<number>(bob, 'full', { queueLimit: 3 })
  const reasons: unknown[] = []
  yours.on('dropped', ({ reason }) => reasons.push(reason))
  const sends = [1, 2, 3, 4].map((value) => mine.send(bob.peerId, value))
  expect((await Promise.allSettled(sends)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ])
  await expect(sends[3]).rejects.toMatchObject({ name: 'MessageError', code: 'BUSY' })
  expect([yours.dropped.BUSY, reasons]).toEqual([1, ['BUSY']])
  expect((await take(yours, 3)).map(({ value }) => value)).toEqual([1, 2, 3])
  await mine.send(bob.peerId, 5)
  const late: number[] = []
  yours.on('value', ({ value }) => late.push(value))
  await mine.send(bob.peerId, 6)
  expect(late).toEqual([5, 6])
  for (const one of [mine, yours]) one.close()
})

test.each(['at once', 'later'] as const)(
  'a schema that judges %s changes values, and drops what does not pass',
  async (how) => {
    const mine = openChannel<unknown>(alice, how)
    const yours = openChannel(bob, how, { schema: numbers(how) })
    const dropped: unknown[] = []
    yours.on('dropped', (event) => dropped.push(event))
    for (const value of [1, 'two', 3]) void mine.send(bob.peerId, value)
    expect((await take(yours, 2)).map(({ value }) => value)).toEqual([2, 6])
    expect(dropped).toEqual([{ from: alice.peerId, reason: 'SCHEMA', issues: ['no number'] }])
    expect(yours.dropped.SCHEMA).toBe(1)
    for (const one of [mine, yours]) one.close()
  },
)

test('sending fails with a code and a hint: nobody there, aborted, closed, unsendable', async () => {
  const mine = openChannel<unknown>(alice, 'errors')
  await expect(mine.send(bob.peerId, 1)).rejects.toMatchObject({
    code: 'NOBODY',
    hint: expect.stringContaining('Open the channel'),
  })
  const aborted = mine.send(bob.peerId, 1, { signal: AbortSignal.abort('enough') })
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
  const stop = new AbortController()
  const stopped = mine.send('0'.repeat(40), 1, { signal: stop.signal })
  stop.abort()
  await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' })
  await expect(mine.send('bob', 1)).rejects.toThrow(RangeError)
  await expect(mine.send(alice.peerId, 1)).rejects.toThrow(RangeError)
  await expect(mine.send(bob.peerId, () => 1)).rejects.toThrow(TypeError)
  mine.close()
  await expect(mine.send(bob.peerId, 1)).rejects.toMatchObject({ code: 'CLOSED' })
  expect(() => openChannel(alice, '')).toThrow(RangeError)
  expect(() => openChannel(alice, 'x', { queueLimit: 0 })).toThrow(RangeError)
})

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

test('closing the mesh ends its channels and fails what is on its way', async () => {
  const { meshes, close } = await joined(2)
  const chat = openChannel(meshes[0] as PigeonMesh, 'chat')
  const loop = take(chat, 1)
  const sent = chat.send('0'.repeat(40), 'lost')
  const failed = expect(sent).rejects.toMatchObject({ code: 'CLOSED' })
  await close()
  await failed
  expect(await loop).toEqual([])
  expect(() => openChannel(meshes[0] as PigeonMesh, 'chat')).toThrow(
    expect.objectContaining({ code: 'CLOSED' }),
  )
})
