import type { Signal } from '@pigeon/transport'
import { expect, test } from 'vitest'
import { fakePeer } from './fixtures/fake-engine.ts'
import { fakeLinks } from './fixtures/fake-pair.ts'
import { A, B } from './fixtures/pair.ts'
import { Kind } from './fragments.ts'

/** Two open links; from then on signals of which `lost` says so do not arrive. */
async function open(lost: (signal: Signal) => boolean = () => false) {
  const { links, clock } = fakeLinks()
  const a = links.create({ self: A, remote: B, dial: true })
  const b = links.create({ self: B, remote: A, dial: false })
  const log: string[] = []
  const [ends, others] = [
    [a, b],
    [b, a],
  ]
  let connected = false
  for (const [index, link] of ends.entries()) {
    const name = 'ab'[index]
    link.on('signal', (signal) => {
      if (connected && signal.type !== 'candidate') log.push(`${name} ${signal.type}`)
      if (!connected) others[index]?.signal(signal)
      else if (!lost(signal)) clock.after(10, () => others[index]?.signal(signal))
    })
    for (const event of ['suspect', 'recovered', 'close'] as const) {
      link.on(event, () => log.push(`${name} ${event}`))
    }
  }
  await clock.pass(0)
  connected = true
  return { a, b, clock, log }
}

/** Nothing passes between the two any more, in either direction. */
function cut({ a, b }: Awaited<ReturnType<typeof open>>): void {
  for (const link of [a, b]) fakePeer(link).channel.cut = true
}

test('a link that fell silent on one side restarts ICE once, and recovers', async () => {
  const world = await open()
  const { a, b, clock, log } = world
  const { connection } = a
  fakePeer(b).channel.cut = true
  await clock.pass(20_000)
  expect(log).toEqual(['a suspect', 'a offer', 'b answer', 'a recovered'])
  expect(fakePeer(a).restarts).toBe(1)
  expect([a.connection, b.connection]).toEqual([connection, connection])
  expect([a.state, b.state, a.rejected + b.rejected]).toEqual(['open', 'open', 0])
})

test('both sides may restart at once: the larger id’s offer stands', async () => {
  const world = await open()
  const { a, b, clock, log } = world
  cut(world)
  await clock.pass(20_000)
  expect(log.filter((line) => line.endsWith('answer'))).toEqual(['a answer'])
  expect([fakePeer(a).restarts, fakePeer(b).restarts]).toEqual([0, 1])
  expect([...log].sort().filter((line) => /suspect|recovered|close/.test(line))).toEqual([
    'a recovered',
    'a suspect',
    'b recovered',
    'b suspect',
  ])
  expect([a.state, b.state, a.rejected + b.rejected]).toEqual(['open', 'open', 0])
})

test('an offer that got lost is sent again, with its candidates, while there is time', async () => {
  let drop = 2
  const world = await open((signal) => signal.type === 'offer' && drop-- > 0)
  const { b, clock, log } = world
  fakePeer(b).channel.cut = true
  await clock.pass(20_000)
  expect(log.filter((line) => line === 'a offer')).toHaveLength(3)
  expect(log.at(-1)).toBe('a recovered')
})

test('an offer nobody answers is sent six times at most, and the link ends with its silence', async () => {
  const world = await open((signal) => signal.type === 'offer')
  const { a, b, clock, log } = world
  fakePeer(b).channel.cut = true
  await clock.pass(2000)
  fakePeer(b).channel.cut = false
  await clock.pass(20_000)
  expect(log).toEqual([])
  fakePeer(b).channel.cut = true
  await clock.pass(4000)
  fakePeer(b).channel.cut = false
  await clock.pass(20_000)
  // It recovered by itself; the offer stays open, and so must be answered some time.
  expect(log.filter((line) => line === 'a offer')).toHaveLength(6)
  expect(a.state).toBe('open')
  cut(world)
  await clock.pass(7000)
  expect([a.state, b.state]).toEqual(['closed', 'closed'])
  await clock.pass(2000)
  expect(clock.pending).toBe(0)
})

test('a link restarts ICE only if both sides said they can', async () => {
  const world = await open()
  const { a, b, clock, log } = world
  expect([a.mends, b.mends]).toEqual([true, true])
  // As a side does whose engine cannot.
  fakePeer(b).channel.send(Uint8Array.of(Kind.hello, 0))
  await clock.pass(0)
  expect([a.mends, b.mends]).toEqual([false, true])
  fakePeer(b).channel.cut = true
  await clock.pass(20_000)
  expect(log.filter((line) => line.startsWith('a'))).toEqual(['a suspect', 'a close'])
})

test('an engine that cannot restart ICE refuses an offer that does', async () => {
  const { links, clock, engine } = fakeLinks()
  engine.traits.iceRestart = false
  const [a, b] = [
    links.create({ self: A, remote: B, dial: true }),
    links.create({ self: B, remote: A, dial: false }),
  ]
  a.on('signal', (signal) => b.signal(signal))
  b.on('signal', (signal) => a.signal(signal))
  await clock.pass(0)
  expect([a.state, a.mends, b.mends]).toEqual(['open', false, false])
  const { sdp = '' } = fakePeer(a).localDescription ?? {}
  const offer = { type: 'offer', connection: b.connection, sdp }
  b.signal(offer)
  await clock.pass(0)
  expect(b.rejected).toBe(0)
  b.signal({ ...offer, sdp: sdp.replace(/ice-ufrag:\w+/, 'ice-ufrag:other') })
  await clock.pass(0)
  expect([b.rejected, b.state]).toEqual([1, 'open'])
})
