import { expect, test } from 'vitest'
import { joined } from './fixtures/joined.ts'

test('a mesh tells round trip, route and bytes of each link over WebRTC', async () => {
  const { meshes, close } = await joined(2, 'webrtc')
  const [alice, bob] = meshes as [(typeof meshes)[0], (typeof meshes)[0]]
  const { hub, discovered, peers } = await alice.stats()
  expect(hub).toMatch(/^ws:/)
  expect(discovered).toBe(1)
  expect(peers).toHaveLength(1)
  const [link] = peers
  expect(link?.peerId).toBe(bob.peerId)
  expect(link?.rttMs).toBeLessThan(2000)
  expect(['host', 'prflx']).toContain(link?.route)
  expect(link?.isRelayed).toBe(false)
  expect(link?.sentBytes).toBeGreaterThan(0)
  await close()
})

test('links of another kind are left out', async () => {
  const { meshes, close } = await joined(2)
  expect((await meshes[0]?.stats())?.peers).toEqual([])
  await close()
})
