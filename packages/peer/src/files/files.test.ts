import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Joined, joined } from '../fixtures/joined.ts'
import { PigeonMesh } from '../index.ts'
import { type Files, type IncomingFile, openFiles, type Progress, TransferError } from './index.ts'

let network: Joined
let alice: Files
let bob: Files
let to: string

beforeAll(async () => {
  network = await joined(2)
  const [first, second] = network.meshes as [PigeonMesh, PigeonMesh]
  alice = openFiles(first)
  bob = openFiles(second, { maxMemoryBytes: 2_000_000 })
  to = second.peerId
})
afterAll(() => network.close())

/** The next file that Bob is offered. */
function offered(): Promise<IncomingFile> {
  return new Promise((resolve) => {
    const off = bob.on('offer', (file) => {
      off()
      resolve(file)
    })
  })
}

/** A target that writes down what happens to it. */
function target(fail?: 'write') {
  const log: string[] = []
  let bytes = 0
  const stream = new WritableStream<Uint8Array>({
    write(block) {
      if (fail === 'write') throw new Error('disk full')
      bytes += block.length
    },
    close: () => void log.push('closed'),
    abort: () => void log.push('aborted'),
  })
  return { stream, log, bytes: () => bytes }
}

const data = randomBytes(1_000_000)

async function* inPieces() {
  for (let at = 0; at < data.length; at += 99_999) yield data.subarray(at, at + 99_999)
}

test.each([
  ['bytes', () => data],
  ['a Blob', () => new Blob([data], { type: 'x/y' })],
  ['a File', () => new File([data], 'a.bin', { type: 'x/y' })],
  ['a ReadableStream', () => new Blob([data]).stream() as ReadableStream<Uint8Array>],
  ['an async iterable', inPieces],
] as const)('B6 %s arrives in memory, with its name, type and progress', async (what, make) => {
  const offer = offered()
  const sent = alice.sendFile(to, make(), what === 'a File' ? {} : { name: 'a.bin', type: 'x/y' })
  const file = await offer
  expect(file).toMatchObject({ name: 'a.bin', type: 'x/y', from: network.meshes[0]?.peerId })
  expect(file.size).toBe(/stream|iterable/i.test(what) ? undefined : data.length)
  const steps: Progress[] = []
  const watched = (async () => {
    for await (const step of sent.progress()) steps.push(step)
  })()
  const blob = await file.save()
  await Promise.all([sent.done, file.done, watched])
  expect(blob.type).toBe('x/y')
  expect(Buffer.compare(new Uint8Array(await blob.arrayBuffer()), data)).toBe(0)
  expect(steps.at(-1)).toMatchObject({ bytes: data.length, total: file.size })
  expect(steps.length).toBeGreaterThan(1)
  expect(sent.to).toBe(to)
})

test('it arrives in a stream, in a file handle, and as a stream', async () => {
  for (const kind of ['stream', 'handle', 'accept'] as const) {
    const offer = offered()
    const sent = alice.sendStream(to, inPieces(), { size: data.length })
    const file = await offer
    expect(file).toMatchObject({ name: 'file', size: data.length })
    const { stream, log, bytes } = target()
    if (kind === 'stream') await file.save(stream)
    else if (kind === 'handle') await file.save({ createWritable: async () => stream })
    else await file.accept().pipeTo(stream as WritableStream)
    await sent.done
    expect([bytes(), log]).toEqual([data.length, ['closed']])
  }
})

test('a name from the network is no path', async () => {
  const offer = offered()
  const sent = alice.sendFile(to, data, { name: '../..\\etc/pass\u202ewd' })
  const file = await offer
  expect(file.name).toBe('_.._etc_pass_wd')
  file.reject('no, thank you')
  await expect(sent.done).rejects.toMatchObject({
    name: 'TransferError',
    code: 'REJECTED',
    message: 'no, thank you',
    hint: expect.stringContaining('receiver'),
  })
})

test('signals end it on both sides', async () => {
  for (const who of ['sender', 'receiver'] as const) {
    const offer = offered()
    const stop = new AbortController()
    const { signal } = stop
    const sent = alice.sendFile(to, data, who === 'sender' ? { signal } : {})
    const file = await offer
    const { stream, log } = target()
    const saved = file.save(stream, who === 'receiver' ? { signal } : {})
    stop.abort('enough')
    const [mine, theirs] = who === 'sender' ? [sent.done, saved] : [saved, sent.done]
    await expect(mine).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
    await expect(theirs).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(saved).rejects.toBeInstanceOf(TransferError)
    expect(log).toEqual(['aborted'])
  }
  const signal = AbortSignal.abort()
  expect(() => alice.sendFile(to, data, { signal })).toThrow(
    expect.objectContaining({ code: 'ABORTED' }),
  )
})

test('cancelling the stream that accept gives cancels the file', async () => {
  const offer = offered()
  const sent = alice.sendFile(to, data)
  const file = await offer
  const reader = file.accept().getReader()
  await reader.read()
  await reader.cancel('enough')
  await expect(sent.done).rejects.toMatchObject({ code: 'CANCELLED', message: 'enough' })
  expect(() => file.accept()).toThrow(TypeError)
})

test('a target that fails, and a file too large for memory, end it with a code', async () => {
  const first = offered()
  const full = alice.sendFile(to, data)
  await expect((await first).save(target('write').stream)).rejects.toMatchObject({
    code: 'SINK_FAILED',
    cause: expect.objectContaining({ message: 'disk full' }),
  })
  await expect(full.done).rejects.toMatchObject({ code: 'SINK_FAILED' })
  const sources = [Buffer.concat([data, data, data]), endless()]
  for (const source of sources) {
    const next = offered()
    const sent = alice.sendFile(to, source)
    await expect((await next).save()).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(sent.done).rejects.toMatchObject({ code: 'TOO_LARGE' })
  }
})

test('wrong use says what is wrong', async () => {
  expect(() => alice.sendFile('bob', data)).toThrow(RangeError)
  expect(() => alice.sendFile(to, data, { name: 'x'.repeat(256) })).toThrow(RangeError)
  expect(() => alice.sendStream(to, inPieces(), { size: -1 })).toThrow(RangeError)
  const mesh = new PigeonMesh('closed', { hubs: ['ws://127.0.0.1:9'] })
  expect(() => openFiles(mesh, { maxMemoryBytes: 0 })).toThrow(/maxMemoryBytes/)
  await mesh.close()
  expect(() => openFiles(mesh)).toThrow(expect.objectContaining({ code: 'CLOSED' }))
})

async function* endless() {
  for (;;) yield new Uint8Array(100_000)
}
