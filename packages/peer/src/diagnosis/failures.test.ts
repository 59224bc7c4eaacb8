import { peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Failures } from './failures.ts'

test('the last failure of each peer is kept until it is linked, of no more than 64 peers', () => {
  const failures = new Failures()
  const peerId = peerIdFromName('one')
  for (const reason of ['timeout', 'failed'] as const) {
    failures.failed({ peerId, reason, refusal: undefined })
  }
  expect(failures.all).toEqual([{ peerId, reason: 'failed', refusal: undefined }])
  failures.connected(peerId)
  for (let number = 0; number < 100; number++) {
    const other = peerIdFromName(String(number))
    failures.failed({ peerId: other, reason: 'timeout', refusal: undefined })
  }
  expect(failures.all).toHaveLength(64)
  expect(failures.all.at(-1)?.peerId).toBe(peerIdFromName('99'))
})
