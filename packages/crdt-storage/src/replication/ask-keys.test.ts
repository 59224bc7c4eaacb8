import { randomPeerId } from '@pigeon/xor'
import { expect, it } from 'vitest'
import { clock } from '../../test/people.ts'
import type { Space } from '../space/space.ts'
import { type Frame, readFrame } from './frames.ts'
import type { Sender } from './sender.ts'
import { Session } from './session.ts'

it('M18 asks for eight keys at once, and for all in turn, if there are more that nobody has', () => {
  const missingKeys = Array.from({ length: 20 }, (_, index) => `${index}`.padStart(32, '0'))
  const space = { id: '1'.repeat(64), me: '2'.repeat(64), role: 'read', missingKeys }
  const frames: Frame[] = []
  const sender = {
    send(_: unknown, bytes: Uint8Array) {
      frames.push(readFrame(bytes))
    },
  }
  const session = new Session(space as unknown as Space, sender as unknown as Sender, clock)
  const peer = randomPeerId({ fill: (bytes) => bytes.fill(7) })
  for (let round = 0; round < 3; round++) session.askKeys([peer])
  const asked = frames.map((frame) => (frame.type === 'ask-keys' ? frame.keyIds : []))
  expect(asked.map(({ length }) => length)).toEqual([8, 8, 4])
  expect(new Set(asked.flat())).toEqual(new Set(missingKeys))
})
