import { memoryStore } from '@pigeon/store'
import { seededRandom } from '@pigeon/transport/testing'
import { describe, expect, it } from 'vitest'
import { person } from '../../test/people.ts'
import { blobSize, type Chunks, readBlob, StoredChunks, writeBlob } from '../blobs.ts'
import { Space } from '../index.ts'

const random = seededRandom(7)
const chunkBytes = 1024

/** Pieces in memory, which counts what is asked of it. */
class Memory implements Chunks {
  readonly pieces: Uint8Array[] = []
  asked = 0

  async put(bytes: Uint8Array): Promise<Uint8Array> {
    return Uint8Array.of(9, ...number(this.pieces.push(bytes.slice()) - 1))
  }

  async get(name: Uint8Array): Promise<Uint8Array | undefined> {
    this.asked++
    return this.pieces[(name[1] ?? 0) * 256 + (name[2] ?? 0)]
  }
}

function number(value: number): [number, number] {
  return [value >> 8, value & 255]
}

function content(bytes: number): Uint8Array {
  return random.fill(new Uint8Array(bytes))
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

async function* inBits(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

describe('blobs', () => {
  it.each([0, 1, 1023, 1024, 1025, 300_000])('of %i bytes come back as they were', async (size) => {
    const chunks = new Memory()
    const bytes = content(size)
    const reference = await writeBlob(inBits(bytes, 777), { chunks, random, chunkBytes })
    expect(blobSize(reference)).toBe(size)
    expect(Buffer.compare(await all(readBlob(reference, { chunks })), bytes)).toBe(0)
    expect(reference.length).toBeLessThan(300 * 33)
  })

  it('are read in parts, and no more than the part is fetched', async () => {
    const chunks = new Memory()
    const bytes = content(600 * chunkBytes)
    const reference = await writeBlob(bytes, { chunks, random, chunkBytes })
    for (const [from, to] of [
      [0, 1],
      [1023, 1025],
      [300_000, 302_000],
      [bytes.length - 5, bytes.length],
      [500, 500],
    ] as const) {
      chunks.asked = 0
      const part = await all(readBlob(reference, { chunks, from, to }))
      expect(part).toEqual(bytes.slice(from, to))
      // The pieces that hold it, and the lists that name them.
      expect(chunks.asked).toBeLessThanOrEqual(Math.ceil((to - from) / chunkBytes) + 3)
    }
    const past = readBlob(reference, { chunks, from: bytes.length + 1 })
    await expect(past.next()).rejects.toThrow(RangeError)
  })

  it('show nothing to who keeps the pieces, and what is changed or moved does not open', async () => {
    const chunks = new Memory()
    const bytes = new Uint8Array(4 * chunkBytes).fill(65)
    const reference = await writeBlob(bytes, { chunks, random, chunkBytes })
    for (const piece of chunks.pieces) expect(Buffer.from(piece).includes('AAAA')).toBe(false)
    const read = () => all(readBlob(reference, { chunks }))
    const [first, second] = chunks.pieces as [Uint8Array, Uint8Array]
    chunks.pieces[0] = second
    await expect(read()).rejects.toMatchObject({ code: 'UNKNOWN' })
    chunks.pieces[0] = first.map((byte, at) => (at === 100 ? byte ^ 1 : byte))
    await expect(read()).rejects.toMatchObject({ code: 'UNKNOWN' })
    chunks.pieces.length = 0
    await expect(read()).rejects.toMatchObject({ code: 'UNKNOWN' })
    const rubbish = readBlob(reference.subarray(0, 40), { chunks })
    await expect(rubbish.next()).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('whatever bytes are given as a reference, they are refused or fetch nothing', async () => {
    const chunks = new Memory()
    const reference = await writeBlob(content(5000), { chunks, random, chunkBytes })
    for (let at = 0; at < 40; at++) {
      const changed = reference.map((byte, index) => (index === at ? byte ^ 0x55 : byte))
      await expect(all(readBlob(changed, { chunks }))).rejects.toThrow()
    }
  })

  it('are read by members of the space that holds their reference', async () => {
    const chunks = new Memory()
    const space = await Space.create({}, await person(1))
    const bytes = content(5000)
    await space.set('photo', await writeBlob(bytes, { chunks, random }))
    const reference = space.get('photo') as Uint8Array
    expect(await all(readBlob(reference, { chunks, from: 10, to: 20 }))).toEqual(
      bytes.slice(10, 20),
    )
  })
})

describe('pieces in a store', () => {
  it('are there after a restart, and no more than there is room for', async () => {
    const store = memoryStore()
    const chunks = await StoredChunks.open({ store, maxBytes: 3000 })
    const bytes = content(2000)
    const reference = await writeBlob(bytes, { chunks, random, chunkBytes })
    expect(chunks.bytes).toBe(2000 + 2 * 40)
    await expect(writeBlob(content(2000), { chunks, random, chunkBytes })).rejects.toMatchObject({
      code: 'FULL',
    })
    expect(chunks.bytes).toBeLessThanOrEqual(3000)
    const again = await StoredChunks.open({ store, maxBytes: 3000 })
    expect(again.bytes).toBe(chunks.bytes)
    expect(await all(readBlob(reference, { chunks: again }))).toEqual(bytes)
  })

  it('that were fetched make room for others; own ones stay', async () => {
    const next = new Hashed()
    const far = await writeBlob(content(4 * chunkBytes), { chunks: next, random, chunkBytes })
    const chunks = await StoredChunks.open({ store: memoryStore(), maxBytes: 3500, next })
    const own = await writeBlob(content(chunkBytes), { chunks, random, chunkBytes })
    await all(readBlob(far, { chunks }))
    expect(chunks.bytes).toBeLessThanOrEqual(3500)
    next.asked = 0
    await all(readBlob(own, { chunks }))
    await all(readBlob(far, { chunks, from: 3 * chunkBytes }))
    expect(next.asked).toBe(0)
    await all(readBlob(far, { chunks, to: 1 }))
    expect(next.asked).toBe(1)
  })

  it('that were forgotten are gone', async () => {
    const chunks = await StoredChunks.open({ store: memoryStore() })
    const name = await chunks.put(content(100))
    await chunks.forget(name)
    expect(await chunks.get(name)).toBeUndefined()
    expect(chunks.bytes).toBe(0)
  })
})

/** As a table of the network: by hash. */
class Hashed implements Chunks {
  readonly #own = new Map<string, Uint8Array>()
  asked = 0

  async put(bytes: Uint8Array): Promise<Uint8Array> {
    const name = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice()))
    this.#own.set(Buffer.from(name).toString('hex'), bytes)
    return Uint8Array.of(1, ...name)
  }

  async get(name: Uint8Array): Promise<Uint8Array | undefined> {
    this.asked++
    return this.#own.get(Buffer.from(name.subarray(1)).toString('hex'))
  }
}
