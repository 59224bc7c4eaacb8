import type { PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LinkTransport, MAX_PROTOCOLS, Multiplexer, type Transport } from './index.ts'
import { connect, MemoryNetwork } from './memory.ts'
import { ManualClock, observe } from './testing.ts'

const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)
const bytes = (value: string) => new TextEncoder().encode(value)

function pair(options: { windowBytes?: number } = {}) {
  const clock = new ManualClock()
  const network = new MemoryNetwork({ clock, latencyMs: 1, ...options })
  const a = new LinkTransport(A, network.maxFrameBytes)
  const b = new LinkTransport(B, network.maxFrameBytes)
  const [dialled] = connect(network, a, b)
  return { a, b, clock, dialled }
}

function events(transport: Transport): string[] {
  const seen: string[] = []
  transport.on('up', (peer) => seen.push(`up ${peer[0]}`))
  transport.on('down', (peer, reason) => seen.push(`down ${peer[0]} ${reason}`))
  transport.on('frame', (from, frame) => seen.push(`${from[0]}: ${text(frame)}`))
  return seen
}

describe('multiplexer', () => {
  test('each protocol hears only its own frames', () => {
    const { a, b, clock } = pair()
    const left = new Multiplexer(a)
    const right = new Multiplexer(b)
    const [chatA, dhtA] = [left.open('chat/1'), left.open('dht/1')]
    // In the other order: the numbers on the wire differ, the names do not.
    const [dhtB, chatB] = [right.open('dht/1'), right.open('chat/1')]
    const [chat, dht] = [events(chatB), events(dhtB)]
    clock.advance(10)
    expect(chatA.send(B, bytes('hello'))).toBe('sent')
    expect(dhtA.send(B, bytes('get'))).toBe('sent')
    clock.advance(10)
    expect(chat).toEqual(['up a', 'a: hello'])
    expect(dht).toEqual(['up a', 'a: get'])
  })

  test('a neighbour that does not speak the protocol is none', () => {
    const { a, b, clock } = pair()
    const chat = new Multiplexer(a).open('chat/2')
    new Multiplexer(b).open('chat/1')
    clock.advance(10)
    expect([...chat.neighbours]).toEqual([])
    expect(chat.send(B, bytes('x'))).toBe('gone')
  })

  test('protocols come and go while links stay up', () => {
    const { a, b, clock, dialled } = pair()
    const left = new Multiplexer(a)
    const right = new Multiplexer(b)
    clock.advance(10)
    const early = left.open('chat/1')
    const seen = events(early)
    clock.advance(10)
    expect(seen).toEqual([])
    const late = right.open('chat/1')
    expect(late.neighbours.has(A)).toBe(true)
    late.send(A, bytes('hi'))
    clock.advance(10)
    expect(seen).toEqual(['up b', 'b: hi'])
    late.close()
    late.close()
    clock.advance(10)
    expect(early.send(B, bytes('x'))).toBe('gone')
    right.open('chat/1')
    clock.advance(10)
    void dialled.close()
    clock.advance(10)
    expect(seen).toEqual(['up b', 'b: hi', 'down b bye', 'up b', 'down b local'])
  })

  test('frames on their way to a protocol that just closed are dropped', () => {
    const { a, b, clock } = pair()
    const left = new Multiplexer(a).open('chat/1')
    const mux = new Multiplexer(b)
    const right = mux.open('chat/1')
    clock.advance(10)
    left.send(B, bytes('late'))
    right.close()
    const again = events(mux.open('chat/1'))
    clock.advance(10)
    expect(again).toEqual(['a: late'])
    expect(mux.rejected).toBe(0)
  })

  test('an announcement held back by congestion is made up for before any frame', () => {
    const { a, b, clock } = pair({ windowBytes: 8 })
    const left = new Multiplexer(a)
    const right = new Multiplexer(b)
    clock.advance(10)
    left.open('one/1')
    left.open('two/1')
    const three = left.open('three/1')
    const seen = events(right.open('three/1'))
    clock.advance(1)
    expect(three.send(B, bytes('early'))).toBe('congested')
    clock.advance(100)
    expect(seen).toEqual(['up a'])
    expect(three.send(B, bytes('now'))).toBe('sent')
    clock.advance(10)
    expect(seen).toEqual(['up a', 'a: now'])
  })

  test('a neighbour is up once its greeting came, after the protocols both speak', () => {
    const { a, b, clock, dialled } = pair()
    const mux = new Multiplexer(a)
    const seen: string[] = []
    mux.on('up', (peer) => seen.push(`mux up ${peer[0]}`))
    mux.on('down', (peer, reason) => seen.push(`mux down ${peer[0]} ${reason}`))
    mux.open('chat/1').on('up', () => seen.push('chat up'))
    const other = new Multiplexer(b)
    other.open('chat/1')
    clock.advance(10)
    other.open('more/1')
    clock.advance(10)
    expect(seen).toEqual(['chat up', 'mux up b'])
    void dialled.close()
    clock.advance(10)
    expect(seen.slice(2)).toEqual(['mux down b local'])
  })

  test('names and their number are bounded', () => {
    const mux = new Multiplexer(pair().a)
    for (let index = 0; index < MAX_PROTOCOLS; index++) mux.open(`p/${index}`)
    expect(() => mux.open('one/more')).toThrow(RangeError)
    const other = new Multiplexer(pair().a)
    expect(() => other.open('')).toThrow(RangeError)
    expect(() => other.open('x'.repeat(65))).toThrow(/1 to 64/)
    expect(() => other.open('spa ce')).toThrow(RangeError)
    other.open('twice')
    expect(() => other.open('twice')).toThrow(/open already/)
  })

  test('the largest frame just fits', () => {
    const { a, b, clock } = pair()
    const left = new Multiplexer(a).open('chat/1')
    const { frames } = observe(new Multiplexer(b).open('chat/1'), A)
    clock.advance(10)
    expect(left.send(B, new Uint8Array(left.maxFrameBytes + 1))).toBe('too-large')
    expect(left.send(B, new Uint8Array(left.maxFrameBytes))).toBe('sent')
    clock.advance(10)
    expect(frames.map((frame) => frame.length)).toEqual([left.maxFrameBytes])
  })

  test('bytes that make no sense are counted and harm nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 50 }), (rubbish) => {
        const { a, b, clock } = pair()
        const left = new Multiplexer(a).open('chat/1')
        const chat = events(new Multiplexer(b).open('chat/1'))
        clock.advance(10)
        for (const frame of rubbish) {
          // Anything but a valid withdrawal or renaming of the one protocol in use.
          if (!(frame[0] === 0 && frame[2] === 1)) a.send(B, frame)
        }
        clock.advance(10)
        expect(left.send(B, bytes('fine'))).toBe('sent')
        clock.advance(10)
        expect(chat.at(-1)).toBe('a: fine')
      }),
      { numRuns: 300 },
    )
    const { a, b, clock } = pair()
    const mux = new Multiplexer(b)
    clock.advance(10)
    for (const frame of [[], [9], [0, 1], [0, 3, 1], [0, 1, 65], [0, 1, 1, 2, 65], [0xff, 0xff]]) {
      a.send(B, Uint8Array.from(frame))
    }
    clock.advance(10)
    expect(mux.rejected).toBe(7)
  })
})

describe('link transport', () => {
  test('a second link to one peer replaces the first', () => {
    const { a, clock } = pair()
    clock.advance(10)
    const seen = events(a)
    const network = new MemoryNetwork({ clock })
    const [, other] = connect(network, a, new LinkTransport(B, network.maxFrameBytes))
    clock.advance(10)
    expect(seen).toEqual(['down b local', 'up b'])
    void other.close()
    clock.advance(10)
    expect(seen).toEqual(['down b local', 'up b', 'down b bye'])
  })
})
