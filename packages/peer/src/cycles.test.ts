import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** A process in which peers come and go, beside one that stays, and which then has nothing to do. */
const SCRIPT = `
  import { HubServer } from '@pigeon/hub/server'
  import { MemoryNetwork } from '@pigeon/transport/memory'
  import { systemClock } from '@pigeon/transport/system'
  import { PigeonMesh } from '@pigeon/peer'

  const listeners = () =>
    process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  const before = listeners()
  const hub = new HubServer({ port: 0 })
  const { url } = await hub.start()
  const options = {
    hubs: [url],
    links: new MemoryNetwork({ clock: systemClock, latencyMs: 0 }),
  }
  const resident = new PigeonMesh('cycles', options)
  await resident.connect()
  const meshes = []
  for (let cycle = 0; cycle < Number(process.argv[1]); cycle++) {
    const mesh = new PigeonMesh('cycles', options)
    await mesh.connect()
    await mesh.whenPeers(1)
    mesh.sendMessage('hello')
    await mesh.close()
    meshes.push(new WeakRef(mesh))
  }
  // What is collected may let go of more in a task of its own.
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    gc()
  }
  const held = meshes.filter((mesh) => mesh.deref() !== undefined).length
  await resident.close()
  await hub.stop()
  // Comes when no timer and no socket is left.
  process.once('beforeExit', () => {
    console.log(JSON.stringify({ held, before, after: listeners() }))
  })
`

test('M21 of 200 peers that joined, linked, spoke and left a process holds none, nor a listener, and then it ends by itself', async () => {
  const args = ['--expose-gc', '--input-type=module', '-e', SCRIPT, '200']
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd })
  type Left = { held: number; before: number; after: number }
  const { held, before, after } = JSON.parse(stdout) as Left
  // The one that left last may still be on its stack.
  expect(held).toBeLessThanOrEqual(1)
  expect(after).toBeLessThanOrEqual(before)
}, 60_000)
