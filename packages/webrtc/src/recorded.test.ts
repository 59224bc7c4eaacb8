import { expect, test } from 'vitest'
import { fakePeer } from './fixtures/fake-engine.ts'
import { openFakePair } from './fixtures/fake-pair.ts'
import { closed } from './fixtures/pair.ts'
import { settle } from './fixtures/virtual-clock.ts'

/** What releases said, message by message; these never change, later ones are added. */
const RECORDED = {
  'format 1, no lanes, no versions': [
    '0701',
    '00686921',
    '016865',
    '006c6c6f',
    '020001780002797a',
    '05',
  ],
  'format 1, with lanes': [
    '07030101',
    '086869',
    '096865',
    '0021',
    '086c6c6f',
    '0200017800027a7a',
    '06',
  ],
}

const FRAMES = {
  'format 1, no lanes, no versions': ['hi!', 'hello', 'x', 'yz'],
  'format 1, with lanes': ['hi', '!', 'hello', 'x', 'zz'],
}

const fromHex = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
const toHex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

test.each(Object.keys(RECORDED) as (keyof typeof RECORDED)[])(
  'understands what was recorded: %s',
  async (name) => {
    const { b, clock } = await openFakePair()
    await clock.pass(0)
    const frames: string[] = []
    b.on('frame', (frame) => frames.push(new TextDecoder().decode(frame)))
    for (const message of RECORDED[name]) fakePeer(b).channel.deliver(fromHex(message).buffer)
    await settle()
    expect(frames).toEqual(FRAMES[name])
    expect(b.state).toBe('open')
    const reason = closed(b)
    fakePeer(b).channel.deliver(fromHex('0301').buffer)
    expect(await reason).toBe('evicted')
  },
)

test('says what was recorded', async () => {
  const { a, clock } = await openFakePair()
  await clock.pass(0)
  const { channel, loose } = fakePeer(a)
  a.send(new TextEncoder().encode('hi'))
  await settle()
  a.send(new TextEncoder().encode('bulk'), 'bulk')
  await settle()
  a.send(new TextEncoder().encode('x'))
  a.send(new TextEncoder().encode('yz'))
  a.send(new TextEncoder().encode('!'), 'loose')
  await settle()
  void a.close('evicted')
  const said = ['07030101', '006869', '0862756c6b', '020001780002797a', '0301']
  expect(channel.sent.map(toHex)).toEqual(said)
  expect(loose.sent.map(toHex)).toEqual(['0021'])
})

test('a link to a side that speaks no common version is refused with its code', async () => {
  const { a, b, clock } = await openFakePair()
  await clock.pass(0)
  const ends: unknown[] = []
  a.on('close', (...end) => ends.push(end))
  b.on('close', (reason) => ends.push([reason]))
  fakePeer(a).channel.deliver(fromHex('07030203').buffer)
  await settle()
  expect(ends).toEqual([['rejected', { code: 'VERSION', by: 'self' }], ['rejected']])
})
