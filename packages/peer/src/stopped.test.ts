import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, test } from 'vitest'
import { after, history, kinds } from './fixtures/history.ts'
import { PigeonMesh } from './index.ts'

const hub = new HubServer({ port: 0 })
let hubs: string[]

beforeAll(async () => {
  hubs = [(await hub.start()).url]
})
afterAll(() => hub.stop())

/** A Node peer in a process of its own. */
async function child(network: string): Promise<ChildProcess> {
  const script = `
    const { joinMesh } = await import('@pigeon/peer')
    const mesh = await joinMesh('${network}', { hubs: ['${hubs[0]}'] })
    await mesh.whenPeers(1)
    process.send('linked')
  `
  const started = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await once(started, 'message')
  return started
}

/** Stops a process that is linked with one here, as a machine that sleeps. */
async function stop(network: string, ms: number) {
  const mesh = new PigeonMesh(network, { hubs })
  await mesh.connect()
  const [stopped] = await Promise.all([child(network), mesh.whenPeers(1)])
  const seen = history(mesh)
  stopped.kill('SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, ms))
  stopped.kill('SIGCONT')
  const end = async () => {
    await mesh.close()
    stopped.kill()
  }
  return { mesh, seen, thawedAt: Date.now(), end }
}

test.concurrent('a process that is stopped for 4.5 s reconnects', async ({ expect }) => {
  const { seen, end } = await stop('short', 4500)
  await expect.poll(() => kinds(seen)).toEqual(['peerReconnecting', 'peerReconnected'])
  // As long as it takes to see that the repair left nothing behind.
  await new Promise((resolve) => setTimeout(resolve, 4000))
  expect(kinds(seen)).toEqual(['peerReconnecting', 'peerReconnected'])
  await end()
}, 60_000)

test.concurrent('a process that is stopped for 8 s is gone, and back within 2 s', async ({
  expect,
}) => {
  const { mesh, seen, thawedAt, end } = await stop('long', 8000)
  await expect
    .poll(() => kinds(seen), { timeout: 5000 })
    .toEqual(['peerReconnecting', 'peerDisconnected', 'peerConnected'])
  const ms = after(seen, 'peerConnected', thawedAt)
  console.log(`stopped for 8 s: back ${ms} ms after it went on`)
  expect(ms).toBeLessThan(2000)
  expect(mesh.peers.size).toBe(1)
  await end()
}, 60_000)
