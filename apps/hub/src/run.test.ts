import { expect, test, vi } from 'vitest'
import { runHub } from './index.ts'

test('S5 the program runs inside another one as well', async () => {
  const hub = await runHub({ port: 0, logLevel: 'silent' })
  try {
    expect(hub.url).toBe(`ws://localhost:${hub.address.port}`)
    expect(hub.notice).toContain(hub.url)
    const health = await fetch(`http://127.0.0.1:${hub.address.port}/health`)
    expect(await health.json()).toMatchObject({ connections: 0 })
  } finally {
    await hub.stop()
  }
  expect(hub.server.address).toBeUndefined()
})

test('S5 two on one port: the second is refused', async () => {
  const hub = await runHub({ port: 0, logLevel: 'silent' })
  const second = runHub({ port: hub.address.port, logLevel: 'silent' })
  await expect(second).rejects.toMatchObject({ code: 'PORT_BUSY' })
  await hub.stop()
})

test('H8 H9 it says which hub mesh it belongs to, and joins the hubs of that mesh alone', async () => {
  const shared = {
    ...({ port: 0, isHub: 'on', hubMeshTransport: 'ws', logLevel: 'silent' } as const),
    hubSecret: ['a secret for tests that is long enough'],
  }
  const first = await runHub({ ...shared, hubMeshNamespace: 'mine', bootstrapHubs: [] })
  const bootstrapHubs = [first.url]
  const second = await runHub({ ...shared, hubMeshNamespace: 'mine', bootstrapHubs })
  const other = await runHub({ ...shared, bootstrapHubs })
  expect(first.notice).toContain('Using custom hub mesh namespace: mine')
  expect(other.notice).not.toContain('namespace')
  const hubs = async (url: string): Promise<number> => {
    const answer = await fetch(`${url.replace('ws', 'http')}/health`)
    return ((await answer.json()) as { hubs: number }).hubs
  }
  await vi.waitFor(async () => expect(await hubs(second.url)).toBe(1), 10_000)
  expect(await hubs(first.url)).toBe(1)
  expect(await hubs(other.url)).toBe(0)
  for (const each of [other, second, first]) await each.stop()
})
