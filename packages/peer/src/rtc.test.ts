import type { OfferedIceServer, SignalingClient } from '@pigeon/signaling-protocol'
import { expect, test } from 'vitest'
import { createRtc } from './rtc.ts'

/** A hub that offers what the test says. */
function hub() {
  let listener: (servers: readonly OfferedIceServer[]) => void = () => {}
  const signaling = {
    on: (_event: string, told: typeof listener) => {
      listener = told
    },
  } as unknown as SignalingClient
  return { signaling, offer: (servers: readonly OfferedIceServer[]) => listener(servers) }
}

test('links use the servers that the last hub offered, if the options name none', async () => {
  const { signaling, offer } = hub()
  const { world } = createRtc({ hubs: [] }, signaling)
  expect(await world?.iceServers()).toEqual([])
  offer([{ urls: ['stun:one'] }])
  offer([{ urls: ['stun:two'] }, { urls: ['turn:two'], username: 'u', credential: 'c' }])
  expect(await world?.iceServers()).toEqual([
    { urls: ['stun:two'] },
    { urls: ['turn:two'], username: 'u', credential: 'c' },
  ])
})

test('a list of servers, even an empty one, and a function come before the hub', async () => {
  const { signaling, offer } = hub()
  offer([{ urls: ['stun:hub'] }])
  const own = [{ urls: 'stun:own' }]
  for (const iceServers of [own, () => own, async () => own]) {
    const { world } = createRtc({ hubs: [], iceServers }, signaling)
    expect(await world?.iceServers()).toEqual(own)
  }
  const { world } = createRtc({ hubs: [], iceServers: [] }, signaling)
  expect(await world?.iceServers()).toEqual([])
})
