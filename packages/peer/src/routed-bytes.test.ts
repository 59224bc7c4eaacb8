import { expect, test } from 'vitest'
import { joined } from './fixtures/joined.ts'
import type { PigeonMesh } from './index.ts'

test('routed bytes arrive as such, and the events of the mesh do not tell of them', async () => {
  const { meshes, close } = await joined(2)
  const [alice, bob] = meshes as [PigeonMesh, PigeonMesh]
  const told: string[] = []
  for (const event of ['messageReceived', 'messageDelivered', 'messageFailed'] as const) {
    for (const mesh of meshes) mesh.on(event, () => told.push(event))
  }
  const received = new Promise((resolve) => bob.routed.on('message', resolve))
  const delivered = new Promise((resolve) => alice.routed.on('delivered', resolve))
  const messageId = alice.routed.send(bob.peerId, Uint8Array.of(1, 2))
  expect(await received).toEqual({ from: alice.peerId, payload: Uint8Array.of(1, 2), hops: 1 })
  expect(await delivered).toMatchObject({ messageId, hops: 1 })
  const failed = new Promise((resolve) => alice.routed.on('failed', resolve))
  const lost = alice.routed.send('0'.repeat(40) as never, Uint8Array.of(1))
  expect(await failed).toMatchObject({ messageId: lost, code: expect.any(String) })
  expect(told).toEqual([])
  alice.sendDirectMessage(bob.peerId, 'hi')
  await expect.poll(() => told.sort()).toEqual(['messageDelivered', 'messageReceived'])
  const tooLarge = new Uint8Array(alice.routed.maxPayloadBytes + 1)
  expect(() => alice.routed.send(bob.peerId, tooLarge)).toThrow(RangeError)
  await close()
})
