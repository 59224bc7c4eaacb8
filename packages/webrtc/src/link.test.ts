import type { CloseReason } from '@pigeon/transport'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { fakePeer } from './fixtures/fake-engine.ts'
import { fakeLinks, openFakePair } from './fixtures/fake-pair.ts'
import { A, B, pair } from './fixtures/pair.ts'
import { settle } from './fixtures/virtual-clock.ts'
import { Kind } from './fragments.ts'
import { WebRtcLinks } from './links.ts'

function closes(link: { on(event: 'close', run: (reason: CloseReason) => void): unknown }) {
  const reasons: CloseReason[] = []
  link.on('close', (reason) => reasons.push(reason))
  return reasons
}

describe('opening', () => {
  test('a link that does not open in 15 s ends with timeout, and sends nothing before', async () => {
    const { links, clock, engine } = fakeLinks()
    const link = links.create({ self: A, remote: B, dial: true })
    const reasons = closes(link)
    await clock.pass(14_999)
    expect([link.state, link.send(Uint8Array.of(1)), reasons]).toEqual(['connecting', 'gone', []])
    await clock.pass(1)
    expect([link.state, reasons]).toEqual(['closed', ['timeout']])
    expect([engine.peers[0]?.closed, clock.pending]).toEqual([true, 0])
  })

  test('an engine that cannot even start makes the link fail, after its caller’s turn', async () => {
    const { links, clock, engine } = fakeLinks()
    vi.spyOn(engine, 'create').mockImplementation(() => {
      throw new Error('too many')
    })
    const link = links.create({ self: A, remote: B, dial: true })
    const reasons = closes(link)
    await settle()
    expect([reasons, clock.pending]).toEqual([['failed'], 0])
  })

  test('a message before the engine says open, and shows the answer, opens the link', async () => {
    const { links } = fakeLinks()
    const link = links.create({ self: A, remote: B, dial: true })
    const seen: string[] = []
    link.on('open', () => seen.push('open'))
    link.on('frame', () => seen.push('frame'))
    const other = links.create({ self: B, remote: A, dial: false })
    link.on('signal', (signal) => other.signal(signal))
    const answers: unknown[] = []
    other.on('signal', (signal) => signal.type === 'answer' && answers.push(signal))
    await settle()
    // As in Chromium: connected on its threads, before the page hears that the answer is taken.
    const { channel } = fakePeer(link)
    vi.spyOn(fakePeer(link), 'setRemoteDescription').mockReturnValue(new Promise(() => {}))
    link.signal(answers[0])
    await settle()
    expect(fakePeer(link).remoteDescription).toBeNull()
    channel.readyState = 'open'
    channel.deliver(Uint8Array.of(Kind.last, 1).buffer)
    await settle()
    channel.open()
    expect(seen).toEqual(['open', 'frame'])
    expect(link.fingerprints).toMatchObject({ local: expect.anything(), remote: expect.anything() })
  })

  test('options outside of their bounds and a link to oneself are refused by name', () => {
    const { links, clock, engine } = fakeLinks()
    const random = { fill: (bytes: Uint8Array) => bytes }
    const make = (options: object) => () => new WebRtcLinks({ engine, clock, random, ...options })
    expect(make({ maxFrameBytes: 1 })).toThrow(/maxFrameBytes is a number from 16384/)
    expect(make({ windowBytes: Number.NaN })).toThrow(RangeError)
    expect(make({ silenceTimeoutMs: 2000 })).toThrow(/silenceTimeoutMs/)
    expect(() => links.create({ self: A, remote: A, dial: true })).toThrow(RangeError)
  })
})

describe('the other side’s bytes', () => {
  test('a frame above the limit fails the link, however it is cut', async () => {
    const { a, b } = await openFakePair({ maxFrameBytes: 16 * 1024 })
    const reasons = closes(b)
    const more = new Uint8Array(1025).fill(Kind.more)
    for (let count = 0; count < 16; count++) fakePeer(a).channel.send(more)
    await settle()
    expect([b.state, b.rejected]).toEqual(['open', 0])
    fakePeer(a).channel.send(Uint8Array.of(Kind.last, 1))
    await settle()
    expect([reasons, b.rejected]).toEqual([['failed'], 1])
  })

  test.each([
    ['an unknown kind', Uint8Array.of(99)],
    ['an empty message', new Uint8Array(0)],
    ['text', 'hello'],
    ['a batch cut short', Uint8Array.of(Kind.batch, 0, 9, 1)],
  ])('%s fails the link', async (_name, message) => {
    const { a, b } = await openFakePair()
    const reasons = closes(b)
    fakePeer(b).channel.deliver(message instanceof Uint8Array ? message.buffer : message)
    await settle()
    expect([reasons, b.rejected, a.state]).toEqual([['failed'], 1, 'closed'])
  })

  test('no message throws, and close is emitted at most once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 })), async (messages) => {
        const { b } = await openFakePair()
        const reasons = closes(b)
        for (const message of messages) fakePeer(b).channel.deliver(message.slice().buffer)
        await settle()
        expect(reasons.length).toBeLessThanOrEqual(1)
        expect(b.state).toBe(reasons.length === 0 ? 'open' : 'closed')
      }),
    )
  })

  test('a ping is answered with a pong at once', async () => {
    const { a, b } = await openFakePair()
    fakePeer(a).channel.send(Uint8Array.of(Kind.ping))
    await settle()
    expect(fakePeer(b).channel.sent.at(-1)).toEqual(Uint8Array.of(Kind.pong))
  })

  test('channels the other side opens are closed', async () => {
    const { b } = await openFakePair()
    const channel = { close: vi.fn() }
    fakePeer(b).fire('datachannel', { channel: channel as never })
    expect(channel.close).toHaveBeenCalledOnce()
  })
})

describe('the end', () => {
  test.each([
    ['local', 'bye'],
    ['evicted', 'evicted'],
    ['rejected', 'rejected'],
    ['timeout', 'failed'],
    ['failed', 'failed'],
  ] as const)('close(%s) is %s to the other side, and leaves nothing', async (here, there) => {
    const { a, b, clock, engine } = await openFakePair()
    const [atA, atB] = [closes(a), closes(b)]
    const done = a.close(here)
    expect([a.state, atA, a.send(Uint8Array.of(1))]).toEqual(['closed', [here], 'gone'])
    await done
    await settle()
    expect([atA, atB]).toEqual([[here], [there]])
    expect(engine.peers.every(({ closed }) => closed)).toBe(true)
    // A browser counts connections until nothing holds them any more.
    expect([a.peer, b.peer]).toEqual([undefined, undefined])
    expect(clock.pending).toBe(0)
  })

  test('both sides may close at once, and again', async () => {
    const { a, b, clock } = await openFakePair()
    const [atA, atB] = [closes(a), closes(b)]
    await Promise.all([a.close(), b.close(), a.close(), b.close('evicted')])
    expect([atA, atB, clock.pending]).toEqual([['local'], ['local'], 0])
  })

  test('what the other side never confirms takes a second and no longer', async () => {
    const { a, clock, engine } = await openFakePair()
    fakePeer(a).channel.cut = true
    let done = false
    void a.close().then(() => {
      done = true
    })
    await clock.pass(999)
    expect([done, fakePeer(a).closed]).toEqual([false, false])
    await clock.pass(1)
    expect([done, engine.peers[0]?.closed]).toEqual([true, true])
  })

  test('a page that is about to be gone closes its connections before the next task', async () => {
    const { links, clock, engine } = fakeLinks()
    const [{ a, b }, waiting] = [pair(links), links.create({ self: A, remote: B, dial: true })]
    await clock.pass(0)
    fakePeer(a).channel.cut = true
    links.leave()
    expect(fakePeer(a).channel.sent.at(-1)).toEqual(Uint8Array.of(Kind.bye, 0))
    await settle()
    expect([a.state, b.state, waiting.state]).toEqual(['closed', 'closed', 'closed'])
    expect(engine.peers.every(({ closed }) => closed)).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('silence is suspect after three seconds and ends with timeout after six', async () => {
    const { a, b, clock, engine } = await openFakePair()
    engine.traits.iceRestart = false
    const reasons = closes(a)
    let suspects = 0
    a.on('suspect', () => suspects++)
    await clock.pass(60_000)
    expect([a.state, suspects]).toEqual(['open', 0])
    fakePeer(b).channel.cut = true
    await clock.pass(3500)
    expect([a.state, suspects, reasons]).toEqual(['open', 1, []])
    await clock.pass(3000)
    expect([suspects, reasons]).toEqual([1, ['timeout']])
  })

  test('a check finds a side that does not answer in 1.5 s', async () => {
    const { a, b, clock, engine } = await openFakePair()
    engine.traits.iceRestart = false
    let suspects = 0
    a.on('suspect', () => suspects++)
    await clock.pass(1000)
    a.check()
    await clock.pass(1500)
    expect(suspects).toBe(0)
    fakePeer(b).channel.cut = true
    a.check()
    await clock.pass(1500)
    expect(suspects).toBe(1)
  })

  test('a goodbye of a side that was suspect is no recovery', async () => {
    const { a, b, clock, engine } = await openFakePair()
    engine.traits.iceRestart = false
    const seen: string[] = []
    a.on('suspect', () => seen.push('suspect'))
    a.on('recovered', () => seen.push('recovered'))
    a.on('close', (reason) => seen.push(reason))
    fakePeer(b).channel.cut = true
    await clock.pass(4000)
    fakePeer(b).channel.cut = false
    void b.close()
    await settle()
    expect(seen).toEqual(['suspect', 'bye'])
  })

  test.each(['failed', 'closed'])(
    'a connection that is %s ends the link at once',
    async (state) => {
      const { a } = await openFakePair()
      const reasons = closes(a)
      fakePeer(a).connectionState = 'disconnected'
      fakePeer(a).fire('connectionstatechange')
      expect(reasons).toEqual([])
      fakePeer(a).connectionState = state
      fakePeer(a).fire('connectionstatechange')
      expect(reasons).toEqual(['failed'])
      await a.close()
    },
  )
})
