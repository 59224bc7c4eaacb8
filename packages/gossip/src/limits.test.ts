import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, line, sign, TestNetwork, text, verify } from '../test/network.ts'
import { encodeIhave, encodePull } from './id-frames.ts'
import { GossipError } from './index.ts'
import { Kind } from './kind.ts'

/** Publishes messages `everyMs` apart. */
function publishMany(network: TestNetwork, count: number, everyMs: number, from = 0): void {
  for (let index = 0; index < count; index++) {
    network.publish(from, `${index}`)
    network.run(everyMs)
  }
}

describe('what is remembered', () => {
  test('messages: the oldest are forgotten, and not delivered again all the same', () => {
    const network = new TestNetwork(2, line(2), { gossip: { seenLimit: 10 } })
    publishMany(network, 12, 50)
    const frames = network.frames('data').map(({ frame }) => frame)
    expect(network.peer(1).gossip.stats.seen).toBe(10)
    for (const frame of frames) network.forge(0, 1, frame)
    network.run(100)
    expect(network.texts(1).length).toBe(12)
    expect(network.peer(1).gossip.stats.dropped).toBe(2)
  })

  test('payloads: by number, by bytes and by age', () => {
    const cases = [
      [{ replayMessages: 5 }, 5],
      [{ replayBytes: 1000 }, 25],
      [{ replayMs: 1000 }, 12_000 / 1000],
    ] as const
    for (const [gossip, most] of cases) {
      const network = new TestNetwork(2, line(2), { gossip })
      publishMany(network, 40, 1000)
      const { kept, keptBytes } = network.peer(1).gossip.stats
      expect(kept, JSON.stringify(gossip)).toBeLessThanOrEqual(most)
      expect(kept, JSON.stringify(gossip)).toBeGreaterThan(most / 3)
      if ('replayBytes' in gossip) expect(keptBytes).toBeLessThanOrEqual(1000)
    }
  })

  test('authors', () => {
    const network = new TestNetwork(
      30,
      Array.from({ length: 29 }, (_, leaf) => [0, leaf + 1] as const),
      {
        gossip: { authorLimit: 10 },
      },
    )
    for (let index = 1; index < 30; index++) {
      network.publish(index, 'x')
      network.run(100)
      expect(network.peer(0).gossip.stats.authors).toBeLessThanOrEqual(10)
    }
    expect(network.texts(0).length).toBe(29)
  })

  test('announced messages that do not come', () => {
    const network = new TestNetwork(2, line(2), { gossip: { missingLimit: 20 } })
    const invented = Array.from({ length: 50 }, (_, index) => ({
      key: String.fromCharCode(index).repeat(16),
      hops: 1,
    }))
    network.forge(0, 1, encodeIhave(invented as never, 0))
    network.run(50)
    expect(network.peer(1).gossip.stats.missing).toBe(20)
  })

  test('what is sent longer ago than the replay window and a minute is ignored', () => {
    const network = new TestNetwork(2, line(2), { gossip: { replayMs: 1000 } })
    network.publish(0, 'x')
    const frame = network.frames('data')[0]?.frame as Uint8Array
    network.crash(1)
    network.run(62_000)
    network.restart(1)
    network.connect(0, 1)
    network.run(100)
    network.forge(0, 1, frame)
    network.run(100)
    expect(network.texts(1)).toEqual([])
    expect(network.peer(1).gossip.stats).toMatchObject({ seen: 0, dropped: 1 })
  })
})

describe('rates', () => {
  test('of an author: it is told so itself, and others drop what is beyond', () => {
    const network = new TestNetwork(2, line(2), {
      gossip: (index) => ({ authorRate: index ? 1 : 2 }),
    })
    for (let index = 0; index < 20; index++) network.publish(0, `${index}`)
    expect(() => network.publish(0, 'too much')).toThrow(GossipError)
    expect(() => network.publish(0, 'too much')).toThrow('more than 2 messages a second')
    network.run(1000)
    expect(network.texts(1).length).toBe(20) // twice its own ten
    network.publish(0, 'again')
    network.publish(0, 'and again')
    network.run(100)
    expect(network.texts(1).length).toBe(22)
  })

  test('others drop what an author sends beyond its rate', () => {
    const network = new TestNetwork(2, line(2), {
      gossip: (index) => ({ authorRate: index === 0 ? 1000 : 2 }),
    })
    for (let index = 0; index < 100; index++) network.publish(0, `${index}`)
    network.run(100)
    expect(network.texts(1).length).toBe(40)
    expect(network.peer(1).gossip.stats.dropped).toBe(60)
  })

  test('also when it lets them be fetched', () => {
    const network = new TestNetwork(2, [], {
      gossip: (index) => ({ authorRate: index === 0 ? 1000 : 2, replayMs: 10_000 }),
    })
    for (let index = 0; index < 300; index++) network.publish(0, `${index}`)
    network.connect(0, 1)
    network.run(5000)
    // Forty at once, what a replay window holds, and some in the meantime.
    expect(network.texts(1).length).toBeGreaterThanOrEqual(80)
    expect(network.texts(1).length).toBeLessThanOrEqual(80 + 5 * 4)
  })

  test('which what others send in its name does not use up', () => {
    const network = new TestNetwork(3, line(3), { gossip: { sign, verify, authorRate: 1 } })
    network.publish(0, 'real')
    const real = network.frames('data')[0]?.frame as Uint8Array
    network.run(100)
    for (let index = 0; index < 40; index++) {
      const forged = real.slice()
      forged[forged.length - 1] = index
      network.forge(2, 1, forged)
    }
    network.run(100)
    for (let index = 0; index < 9; index++) network.publish(0, `real ${index}`)
    network.run(100)
    expect(network.texts(1).length).toBe(10)
  })

  test('of a neighbour: who floods is shunned', () => {
    const network = new TestNetwork(2, line(2), { gossip: { linkByteRate: 10 * 1024 } })
    for (let index = 0; index < 200; index++) network.forge(0, 1, Uint8Array.of(Kind.ping))
    network.run(50)
    const answered = network.frames('pong').filter(({ from }) => from === 1)
    expect(answered.length).toBeLessThanOrEqual(40)
    expect(network.peer(1).shunned).toEqual([network.peer(0).id])
  })

  test('of questions for messages', () => {
    const network = new TestNetwork(2, line(2), { gossip: { pullRate: 5 } })
    network.publish(0, 'x')
    network.run(100)
    const named = network.peer(1).received.length
    expect(named).toBe(1)
    const frame = network.frames('data')[0]?.frame as Uint8Array
    const since = network.sent.length
    const key = keyOfFrame(frame)
    for (let index = 0; index < 50; index++) network.forge(1, 0, encodePull([key]))
    network.run(100)
    expect(network.frames('data', since).length).toBe(20)
  })

  test('of comparing notes', () => {
    const network = new TestNetwork(2, line(2))
    network.publish(0, 'x')
    network.run(100)
    const digest = network.frames('digest').find(({ from }) => from === 1)?.frame as Uint8Array
    const since = network.sent.length
    const later = digest.slice()
    new DataView(later.buffer).setUint32(14, 2 ** 20) // an end far ahead
    for (let index = 0; index < 50; index++) network.forge(1, 0, later)
    network.run(100)
    expect(network.frames('ihave', since).length).toBeLessThanOrEqual(8)
  })
})

describe('bytes from the network', () => {
  test('never break anything, whatever they are', () => {
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.integer({ min: 0x11, max: 0x1c }), fc.uint8Array({ maxLength: 300 }))
        .map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
    )
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), (rubbish) => {
        const network = new TestNetwork(3, [
          [0, 1],
          [1, 2],
        ])
        for (const one of rubbish) network.forge(0, 1, one)
        network.publish(2, 'fine')
        network.run(500)
        expect(text(network.peer(1).received.at(-1)?.payload ?? bytes(''))).toBe('fine')
        const { missing, seen, pending } = network.peer(1).gossip.stats
        expect(missing + seen + pending).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
  })

  test('a frame that was changed in one byte never passes as the message it was', () => {
    const sum = (content: Uint8Array) =>
      Uint8Array.of(
        ...[0, 1, 2, 3].map((lane) =>
          content.reduce((a, b, i) => (a * 31 + b * (i + lane)) & 255, lane),
        ),
      )
    const network = new TestNetwork(2, [], {
      gossip: { sign: sum, verify: (content, proof) => proof.join() === sum(content).join() },
    })
    network.connect(0, 1)
    network.run(100)
    network.publish(0, 'original')
    const original = network.frames('data')[0]?.frame as Uint8Array
    network.run(100)
    for (let at = 4; at < original.length; at++) {
      const changed = original.slice()
      changed[at] = (changed[at] as number) ^ 1
      const fresh = new TestNetwork(2, line(2), {
        gossip: { verify: (content, proof) => proof.join() === sum(content).join() },
      })
      fresh.forge(0, 1, changed)
      fresh.run(50)
      expect(fresh.texts(1), `byte ${at}`).toEqual([])
    }
  })
})

function keyOfFrame(frame: Uint8Array): string {
  return String.fromCharCode(...sha256(frame.subarray(4)).subarray(0, 16))
}
