import { readFileSync } from 'node:fs'
import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { describe, expect, it } from 'vitest'
import { clock, read } from '../test/people.ts'
import { clientId } from './documents/client-id.ts'
import { encodePlace, readEntry, signedBytes } from './entry/entry-format.ts'
import { encodeRun, readRun } from './entry/run.ts'
import { encodeData, type Item, readData } from './fold/items.ts'
import { Space } from './index.ts'
import { readClaim } from './keyed/claim.ts'
import { Keyring } from './keys/keyring.ts'
import { openBody } from './keys/sealed-body.ts'
import { encodeFrame, type Frame, readFrame, topicOf } from './replication/frames.ts'

interface Vectors {
  people: { name: string; secret: string; key: string; receivingKey: string }[]
  space: { id: string; nonce: string; topic: string; genesis: string }
  entries: {
    kind: string
    id: string
    author: string
    via?: string
    seq: number
    prev?: string
    acl: string[]
    deps: string[]
    place: string
    rest: string
    headBytes: number
    signed: string
    signature: string
  }[]
  stub: { id: string; run: string }
  keys: { keyId: string; key: string }[]
  sealed: {
    entry: string
    keyIds: string[]
    dataKey: string
    header: string
    body: string
    opened: string
  }[]
  items: { name: string; bytes: string; data: { session: number; items: object[] } }[]
  clients: { space: string; author: string; via: string; session: number; client: number }[]
  frames: { bytes: string; frame: object }[]
  claims: { key: string; owner: string; space: string; bytes: string }[]
  replicas: {
    runs: string[]
    seen: {
      name: string
      role?: string
      values: Record<string, string>
      tags: string[]
      views: number
    }[]
  }
  frozen: { id: string; genesis: string; value: string }
  refused: { runs: { name: string; run: string }[]; frames: { name: string; frame: string }[] }
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'),
)
const { space } = vectors
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** The same with bytes in place of the hex of those fields. */
function withBytes<T>(value: object, ...names: string[]): T {
  const read = names.map((name) => [name, fromHex(Reflect.get(value, name) as string)])
  return { ...value, ...Object.fromEntries(read) } as T
}

async function keysOf(name: string): Promise<Keys> {
  const found = vectors.people.find((one) => one.name === name)
  return Keys.fromSecret(systemCrypto, fromHex(found?.secret ?? ''))
}

describe('vectors.json', () => {
  it.each(vectors.people)('keys of $name', async ({ name, key, receivingKey }) => {
    const keys = await keysOf(name)
    expect([toHex(keys.key), toHex(keys.receivingKey)]).toEqual([key, receivingKey])
  })

  it.each(vectors.entries)('entry: $kind $id', async (vector) => {
    const { id, author, via, seq, prev, acl, deps, kind, headBytes } = vector
    const place = { author, via, seq, prev }
    expect(toHex(encodePlace(place))).toBe(vector.place)
    const [rest, signature] = [fromHex(vector.rest), fromHex(vector.signature)]
    const of = kind === 'genesis' ? undefined : space.id
    const entry = readEntry(of, place, rest, signature)
    expect(entry).toMatchObject({ id, author, seq, acl, deps, headBytes, content: { kind } })
    expect(toHex(signedBytes(id))).toBe(vector.signed)
    expect(await systemCrypto.verify(signedBytes(id), signature, fromHex(author))).toBe(true)
    expect(readRun(of, encodeRun([entry]))).toEqual([entry])
  })

  it('a stub has the id of its entry', () => {
    const [stub] = readRun(space.id, fromHex(vectors.stub.run))
    expect(stub).toMatchObject({ id: vectors.stub.id, isStub: true })
  })

  it.each(vectors.sealed)('sealed: $entry', async (vector) => {
    const ring = new Keyring(fromHex(space.nonce))
    for (const { keyId, key } of vectors.keys) expect(ring.learn(keyId, fromHex(key))).toBe(true)
    const author = vectors.entries.find(({ id }) => id === vector.entry)?.author ?? ''
    const key = ring.dataKey(vector.keyIds, author, space.id) as Uint8Array
    expect(toHex(key)).toBe(vector.dataKey)
    const place = { space: space.id, author, header: [fromHex(vector.header)] }
    const opened = await openBody(fromHex(vector.body), key, place as never)
    expect(toHex(opened as Uint8Array)).toBe(vector.opened)
    expect(toHex(encodeData(readData(opened as Uint8Array)))).toBe(vector.opened)
  })

  it.each(vectors.items)('items: $name', ({ bytes, data: { session, items } }) => {
    const read = items.map((item) =>
      'bytes' in item ? withBytes<Item>(item, 'bytes') : (item as Item),
    )
    expect(readData(fromHex(bytes))).toEqual({ session, items: read.map(plain) })
    expect(toHex(encodeData({ session, items: read }))).toBe(bytes)
  })

  it.each(vectors.clients)('number of changes: $client', (vector) => {
    const { space: of, author, via, session, client } = vector
    expect(clientId(of, author, via, session)).toBe(client)
  })

  it.each(vectors.frames)('frame: $frame.type', ({ bytes, frame }) => {
    const names = ['run', 'envelope', 'genesis', 'bytes'].filter((name) => name in frame)
    const read = withBytes<Frame>(frame, ...names)
    expect(readFrame(fromHex(bytes))).toEqual(read)
    expect(toHex(encodeFrame(read))).toBe(bytes)
    expect(topicOf(space.id)).toBe(space.topic)
  })

  it.each(vectors.claims)('claim: $key', async ({ bytes, ...claim }) => {
    expect(await readClaim(fromHex(bytes), claim.key, systemCrypto.verify)).toEqual(claim)
    expect(await readClaim(fromHex(bytes), 'another', systemCrypto.verify)).toBeUndefined()
  })

  it.each(vectors.replicas.seen)('what $name sees', async ({ name, role, values, tags, views }) => {
    const random = { fill: <T extends Uint8Array>(bytes: T): T => bytes }
    const options = { author: await keysOf(name), crypto: systemCrypto, clock, random }
    const replica = await Space.join(space.id, fromHex(space.genesis), options)
    for (const run of vectors.replicas.runs) await replica.receive(fromHex(run), 'file')
    const seen = Object.fromEntries(replica.keys.map((key) => [key, read(replica.get(key))]))
    expect(seen).toEqual(values)
    expect(replica.elements('tags').map(read)).toEqual(tags)
    expect([replica.count('views'), replica.role]).toEqual([views, role])
  })

  it('a frozen space', async () => {
    const { id, genesis, value } = vectors.frozen
    const random = { fill: <T extends Uint8Array>(bytes: T): T => bytes }
    const options = { author: await keysOf('bob'), crypto: systemCrypto, clock, random }
    expect(read((await Space.join(id, fromHex(genesis), options)).value)).toBe(value)
  })

  it.each(vectors.refused.runs)('refused run: $name', ({ run }) => {
    expect(() => readRun(space.id, fromHex(run))).toThrow()
  })

  it.each(vectors.refused.frames)('refused frame: $name', ({ frame }) => {
    expect(() => readFrame(fromHex(frame))).toThrow()
  })
})

/** As it is read: what says no more is not there. */
function plain(item: Item): Item {
  return item.type === 'put' && item.bytes !== undefined
    ? { ...item, more: item.more ?? false }
    : item
}
