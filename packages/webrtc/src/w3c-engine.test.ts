import { expect, test } from 'vitest'
import { FakePeer } from './fixtures/fake-engine.ts'
import { realLinks } from './fixtures/links.ts'
import { opened, pair } from './fixtures/pair.ts'
import { w3cEngine } from './w3c-engine.ts'

/** As `react-native-webrtc` has it: a class with the methods and events of W3C, and more. */
class NativePeer extends FakePeer {
  static readonly configs: unknown[] = []
  _pcId = 1

  constructor(config: { iceServers?: { urls: string | string[] }[]; iceTransportPolicy?: string }) {
    super()
    NativePeer.configs.push(config)
  }
}

test('links run on any WebRTC of the shape of the W3C', async () => {
  const engine = w3cEngine(NativePeer, { name: 'react-native', iceRestart: false })
  expect(engine.name).toBe('react-native')
  const { a, b } = pair(realLinks(engine, { iceServers: [{ urls: 'stun:own' }] }))
  await Promise.all([opened(a), opened(b)])
  expect(NativePeer.configs[0]).toEqual({
    iceServers: [{ urls: 'stun:own' }],
    iceTransportPolicy: 'all',
  })
  expect(a.mends).toBe(false)
  await Promise.all([a.close(), b.close()])
})
