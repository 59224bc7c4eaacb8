import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { joined } from '../fixtures/joined.ts'
import { PigeonMesh } from '../index.ts'

let hub: HubServer
let url: string

beforeAll(async () => {
  hub = new HubServer({ port: 0 })
  url = (await hub.start()).url
})
afterAll(() => hub.stop())

const codesOf = async (mesh: PigeonMesh) => {
  const { problems } = await mesh.diagnose({ timeoutMs: 2000 })
  for (const { message, hint } of problems) expect([message, hint]).not.toContain('')
  return problems.map(({ code }) => code)
}

test('of a network that works it says that peers elsewhere will not be reached', async () => {
  const { meshes, close } = await joined(2, 'webrtc')
  const { hubs, ice, failures, problems } = await (meshes[0] as PigeonMesh).diagnose()
  expect(hubs).toEqual([
    { url: expect.stringMatching(/^ws:/), ms: expect.any(Number), error: undefined },
  ])
  expect(ice).toEqual({ stun: 'none', turn: 'none', hasAddresses: true })
  expect(failures).toEqual([])
  expect(problems.map(({ code }) => code)).toEqual(['NO_STUN'])
  await close()
})

test('it names each hub that cannot be reached, also after a connect that failed', async () => {
  const mesh = new PigeonMesh('nowhere', { hubs: ['ws://127.0.0.1:9'], joinTimeoutMs: 500 })
  await expect(mesh.connect()).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' })
  expect(await codesOf(mesh)).toEqual(['HUB_UNREACHABLE', 'NO_HUB', 'NO_STUN'])
})

test('it says who is alone, and that no STUN server answers', async () => {
  const servers = [
    { urls: 'stun:127.0.0.1:9' },
    { urls: 'turn:127.0.0.1:9', username: 'u', credential: 'c' },
  ]
  const mesh = new PigeonMesh('alone', { hubs: [url], iceServers: servers })
  await mesh.connect()
  const codes = await codesOf(mesh)
  expect(codes).toContain('ALONE')
  expect(codes).toContain('TURN_UNREACHABLE')
  expect(codes).not.toContain('NO_STUN')
  await mesh.close()
})

test('where no direct path is found it says that a TURN server is needed', async () => {
  const options = { hubs: [url], iceTransportPolicy: 'relay' } as const
  const meshes = [1, 2].map(() => new PigeonMesh('apart', options))
  const [alice] = meshes as [PigeonMesh, PigeonMesh]
  const failed = new Promise((resolve) => alice.on('peerFailed', resolve))
  await Promise.all(meshes.map((mesh) => mesh.connect()))
  await failed
  expect(await codesOf(alice)).toContain('NEEDS_TURN')
  await Promise.all(meshes.map((mesh) => mesh.close()))
}, 40_000)

test('it says who refused whom, and why', async () => {
  const meshes = ['open sesame', 'abracadabra'].map(
    (password) => new PigeonMesh('guarded', { hubs: [url], password }),
  )
  const [alice] = meshes as [PigeonMesh, PigeonMesh]
  const failed = new Promise((resolve) => alice.on('peerFailed', resolve))
  await Promise.all(meshes.map((mesh) => mesh.connect()))
  await failed
  const { problems } = await alice.diagnose({ timeoutMs: 2000 })
  const refused = problems.find(({ code }) => code === 'PEER_REFUSED')
  expect(refused?.message).toMatch(/WRONG_PASSWORD/)
  await Promise.all(meshes.map((mesh) => mesh.close()))
}, 40_000)
