import { expect, test } from 'vitest'
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
