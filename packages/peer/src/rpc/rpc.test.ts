import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Joined, joined } from '../fixtures/joined.ts'
import type { PigeonMesh } from '../index.ts'
import { openRpc, type Rpc, RpcError } from './index.ts'

let network: Joined
let meshes: PigeonMesh[]
let rpcs: [Rpc, Rpc, Rpc]

beforeAll(async () => {
  network = await joined(3)
  meshes = [...network.meshes]
  rpcs = meshes.map((mesh) => openRpc(mesh)) as [Rpc, Rpc, Rpc]
})
afterAll(() => network.close())

const id = (index: number) => (meshes[index] as PigeonMesh).peerId

test('a call reaches the handler and its answer comes back, with types kept', async () => {
  const [alice, bob] = rpcs
  bob.handle('double', (values: Float32Array, { from }) => ({
    from,
    out: values.map((v) => v * 2),
  }))
  const answer = await alice.call(id(1), 'double', Float32Array.of(1, 2))
  expect(answer).toEqual({ from: id(0), out: Float32Array.of(2, 4) })
})

test('what a handler throws crosses the wire if it is meant to, and else stays there', async () => {
  const [alice, bob] = rpcs
  const failures: unknown[] = []
  bob.on('failed', ({ name, error }) => failures.push([name, error]))
  bob.handle('meant', () => {
    throw new RpcError('NO_FUNDS', 'you have 3')
  })
  const bug = new Error('secret')
  bob.handle('bug', async () => Promise.reject(bug))
  bob.handle('unsendable', () => () => 1)
  const failure = (name: string) => alice.call(id(1), name).catch((error: RpcError) => error)
  expect(await failure('meant')).toMatchObject({
    code: 'NO_FUNDS',
    message: 'you have 3',
    hint: '',
  })
  expect(await failure('bug')).toMatchObject({
    name: 'RpcError',
    code: 'HANDLER_FAILED',
    message: 'the handler failed',
  })
  expect(failures).toEqual([['bug', bug]])
  expect(await failure('unsendable')).toMatchObject({ code: 'HANDLER_FAILED' })
  expect(await failure('nothing')).toMatchObject({
    code: 'NO_HANDLER',
    hint: expect.stringContaining('handle'),
  })
})

test("a signal ends the call, and the handler's own signal tells it", async () => {
  const [alice, bob] = rpcs
  const stop = new AbortController()
  const told = new Promise((resolve) => {
    bob.handle('wait', (_, { signal }) => {
      signal.addEventListener('abort', () => resolve(signal.reason))
      stop.abort('enough')
      return new Promise(() => {})
    })
  })
  const call = alice.call(id(1), 'wait', null, { signal: stop.signal })
  await expect(call).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
  expect(await told).toBeInstanceOf(RpcError)
  const slow = alice.call(id(1), 'wait', null, { timeoutMs: 20 })
  await expect(slow).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('callMany hands out each answer as it comes, with its peer', async () => {
  const [alice, bob, carol] = rpcs
  let finishSlow = () => {}
  bob.handle('who', () => new Promise((resolve) => (finishSlow = () => resolve('bob'))))
  carol.handle('who', () => 'carol')
  const missing = '0'.repeat(40)
  const seen: unknown[] = []
  for await (const result of alice.callMany([id(1), id(2), id(1)], 'who')) {
    seen.push([result.peerId, result.status === 'fulfilled' ? result.value : result.error.code])
    finishSlow()
  }
  expect(seen).toEqual([
    [id(2), 'carol'],
    [id(1), 'bob'],
  ])
  for await (const result of alice.callMany([missing], 'who', null, { timeoutMs: 50 })) {
    expect(result).toMatchObject({
      peerId: missing,
      status: 'rejected',
      error: { code: 'TIMEOUT' },
    })
  }
  for await (const _ of alice.callMany([], 'who')) expect.fail('nobody was asked')
})

test('leaving callMany gives up the calls that are open', async () => {
  const [alice, bob, carol] = rpcs
  const aborted = new Promise((resolve) => {
    bob.handle('race', (_, { signal }) => {
      signal.addEventListener('abort', resolve)
      return new Promise(() => {})
    })
  })
  carol.handle('race', () => 'first')
  for await (const { status } of alice.callMany([id(1), id(2)], 'race')) {
    expect(status).toBe('fulfilled')
    break
  }
  await aborted
})

test('wrong use says what is wrong', async () => {
  const [alice] = rpcs
  expect(() => openRpc(meshes[0] as PigeonMesh)).toThrow(/open/)
  expect(() => alice.handle('', () => 1)).toThrow(RangeError)
  await expect(alice.call('bob', 'x')).rejects.toThrow(RangeError)
  await expect(alice.call(id(1), 'x', () => 1)).rejects.toThrow(TypeError)
  await expect(alice.call(id(1), 'x', 1, { timeoutMs: 0 })).rejects.toThrow(RangeError)
})
