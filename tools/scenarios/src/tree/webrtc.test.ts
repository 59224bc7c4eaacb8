import { expect, test } from 'vitest'
import { growAndKill } from './webrtc.ts'

test('six processes over WebRTC: one is killed, and the others are attached again', async () => {
  const options = { processes: 6, tabs: 0, maxDegree: 2, kills: 1, seed: 1 }
  const { joined, killed, attached, survivors } = await growAndKill(options)
  expect([joined, killed, survivors]).toEqual([6, 1, 5])
  expect(attached).toBe(5)
}, 120_000)
