import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { Volunteer } from '@pigeon/volunteer'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { afterEach, expect, test } from 'vitest'
import { joined } from '../fixtures/joined.ts'
import { SQUARE } from '../fixtures/square.ts'
import type { TreeTab } from '../fixtures/tree-page.ts'
import { PigeonMesh } from '../index.ts'
import { joinTree, treeEntry } from './index.ts'

const PAGE = fileURLToPath(new URL('../fixtures/tree-page.ts', import.meta.url))
const SECRET = 'a long and random secret'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function tab(): Promise<
  <K extends keyof TreeTab>(
    name: K,
    ...args: Parameters<TreeTab[K]>
  ) => Promise<Awaited<ReturnType<TreeTab[K]>>>
> {
  const script = await bundle(PAGE)
  const [browser, served] = await Promise.all([launchChromium(), servePage({ scripts: [script] })])
  closers.push(
    () => served.close(),
    () => browser.close(),
  )
  const page = await browser.newPage()
  await page.goto(served.url)
  await page.waitForFunction(() => 'pigeon' in globalThis)
  return (name, ...args) =>
    page.evaluate(
      ([name, args]) => {
        const { pigeon } = globalThis as unknown as { pigeon: Record<string, unknown> }
        return (pigeon[name] as (...args: unknown[]) => unknown)(...args)
      },
      [name, args] as const,
    ) as never
}

test('peers in Node and in a tab are one tree that computes, and mends itself, without any hub', async () => {
  const hub = new HubServer({ port: 0 })
  const { url } = await hub.start()
  const meshes = Array.from({ length: 4 }, () => new PigeonMesh('trees', { hubs: [url] }))
  closers.push(() => Promise.all(meshes.map((mesh) => mesh.close())))
  const call = await tab()
  await Promise.all(meshes.map((mesh) => mesh.connect()))
  await call('connect', 'trees', url, 2)
  await Promise.all(meshes.map((mesh) => mesh.whenPeers(2)))
  await hub.stop()

  const [first, ...others] = meshes as [PigeonMesh, ...PigeonMesh[]]
  const root = await joinTree(first, { name: 'work', root: true, maxDegree: 2 })
  const nodes = await Promise.all(
    others.map((mesh) => joinTree(mesh, { name: 'work', maxDegree: 2 })),
  )
  const tabId = await call('help', 'work')
  await expect.poll(() => root.summary.nodes, { timeout: 15_000 }).toBe(5)

  root.broadcast(Uint8Array.of(7))
  await expect.poll(() => call('heard')).toEqual([7])

  const world = { clock: systemClock, random: systemRandom }
  const volunteers = [root, ...nodes].map((tree) => new Volunteer({ tree, ...world }))
  const inputs = Array.from({ length: 200 }, (_, at) => at)
  const job = (volunteers[0] as Volunteer).map(inputs, { code: SQUARE })
  const results: unknown[] = []
  for await (const result of job) results.push(result)
  expect(results).toEqual(inputs.map((x) => x * x))
  expect(await call('computed')).toBe(inputs.length)
  expect(job.stats.workers.map(({ id }) => id)).toEqual([tabId])
  for (const volunteer of volunteers) volunteer.close()

  // An interior node goes; what was below it finds another parent.
  const at = nodes.findIndex((node) => node.childrenNb > 0)
  await others[at]?.close()
  const rest = nodes.filter((_, index) => index !== at)
  await expect
    .poll(
      async () => [
        root.summary.nodes,
        rest.every((node) => node.isAttached),
        await call('isAttached'),
      ],
      { timeout: 15_000 },
    )
    .toEqual([4, true, true])
}, 120_000)

test('T6 only who knows the secret is root, and a standby takes its place', async () => {
  const network = await joined(3, 'webrtc')
  closers.push(() => network.close())
  const [a, b, c] = network.meshes as [PigeonMesh, PigeonMesh, PigeonMesh]
  const entry = await treeEntry(SECRET)
  const thief = joinTree(b, { entry, root: true }).catch((error: { code: string }) => error.code)
  const root = await joinTree(a, { secret: SECRET, root: true })
  expect(await thief).toBe('TREE_TAKEN')
  await expect(joinTree(a, { secret: SECRET })).rejects.toThrow(TypeError)
  const standby = await joinTree(c, { secret: SECRET, standby: true })
  const node = await joinTree(b, { entry })
  await expect.poll(() => node.root).toBe(root.id)
  await a.close()
  await expect
    .poll(() => [standby.isRoot, node.isAttached && node.root === standby.id], { timeout: 20_000 })
    .toEqual([true, true])
}, 120_000)
