import { afterEach, expect, test } from 'vitest'
import { type RunHubOptions, type RunningHub, runHub } from '../run.ts'

const hubs: RunningHub[] = []
const TOKEN = 'a token of twenty ch'

afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop()
})

async function start(options: RunHubOptions): Promise<RunningHub & { adminUrl: string }> {
  const hub = await runHub({ port: 0, ...options })
  hubs.push(hub)
  return hub as RunningHub & { adminUrl: string }
}

test('B7 without --admin-port nothing but counts is to be seen', async () => {
  const { url, adminUrl } = await start({})
  expect(adminUrl).toBeUndefined()
  const web = url.replace('ws', 'http')
  for (const path of ['/metrics', '/dashboard.js', '/admin']) {
    expect((await fetch(`${web}${path}`)).status).toBe(404)
  }
})

test('B7 the admin port shows numbers to those with the token, and a page to everyone', async () => {
  const { adminUrl } = await start({ adminPort: 0, adminToken: [TOKEN, 'another token of it'] })
  const page = await fetch(adminUrl)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(await page.text()).toContain('Pigeon hub')
  const get = (path: string, token?: string) =>
    fetch(`${adminUrl}${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
  for (const path of ['stats', 'metrics']) {
    expect((await get(path)).status).toBe(401)
    expect((await get(path, 'wrong')).status).toBe(401)
    expect((await get(path, 'another token of it')).status).toBe(200)
  }
  const metrics = await (await get('metrics', TOKEN)).text()
  expect(metrics).toContain('pigeon_hub_connections 0')
  expect(metrics).toContain('# TYPE pigeon_hub_relayed_total counter')
  expect(metrics).toContain('nodejs_eventloop_lag_p99_seconds')
  const stats = await (await get('stats', TOKEN)).json()
  expect(stats).toMatchObject({
    status: 'healthy',
    auth: 'keyed',
    connections: 0,
    hubMeshNamespace: 'pigeonhub-mesh',
    bootstrapHubs: { total: 0, connected: 0 },
  })
  expect((await fetch(`${adminUrl}stats`, { method: 'POST' })).status).toBe(405)
})

test('B7 an admin port beyond loopback wants a token, and a busy one is said', async () => {
  const open = { port: 0, adminPort: 0, adminHost: '0.0.0.0' }
  await expect(runHub(open)).rejects.toThrow(/set ADMIN_TOKEN/)
  const { adminUrl } = await start({ adminPort: 0 })
  const adminPort = Number(new URL(adminUrl).port)
  await expect(runHub({ port: 0, adminPort })).rejects.toMatchObject({ code: 'PORT_BUSY' })
})
