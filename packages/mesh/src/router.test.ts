import { LinkTransport, Multiplexer } from '@pigeon/transport'
import { connect, MemoryNetwork } from '@pigeon/transport/memory'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Neighbourhood } from './neighbourhood.ts'
import type { RouteResult } from './request-memory.ts'
import { encodeRouteFrame } from './route-frames.ts'
import { Router } from './router.ts'
import type { RouterOptions } from './router-options.ts'

function network(count: number, options: Partial<RouterOptions> & { seed?: number } = {}) {
  const clock = new ManualClock(1_000_000)
  const random = seededRandom(options.seed ?? 1)
  const memory = new MemoryNetwork({ clock, latencyMs: 10 })
  const nodes = Array.from({ length: count }, () => randomPeerId(random))
    .sort()
    .map((id) => {
      const links = new LinkTransport(id, memory.maxFrameBytes)
      const multiplexer = new Multiplexer(links)
      const neighbourhood = new Neighbourhood({ transport: multiplexer.open('links/1'), clock })
      const transport = multiplexer.open('route/1')
      const router = new Router({ transport, clock, random, neighbourhood, ...options })
      const received: { from: PeerId; payload: number[]; hops: number }[] = []
      router.serve(1, ({ from, payload, hops }) => {
        received.push({ from, payload: [...payload], hops })
        return Uint8Array.of(42)
      })
      return { id, links, router, received, neighbourhood, transport }
    })
  const node = (index: number) => {
    const found = nodes[((index % count) + count) % count]
    if (found === undefined) throw new Error(`no node ${index}`)
    return found
  }
  const link = (a: number, b: number) => connect(memory, node(a).links, node(b).links)
  const ring = () => {
    for (let index = 0; index < count; index++) link(index, index + 1)
    clock.advance(1000)
  }
  const send = (from: number, to: PeerId, payload = Uint8Array.of(7)) => {
    const results: RouteResult[] = []
    const sent = node(from).router.send(to, 1, payload, (result) => results.push(result))
    return { sent, results }
  }
  return { clock, nodes, node, link, ring, send }
}

describe('routing', () => {
  test('M9 on a whole ring every message arrives once and its way back is found', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { clock, node, nodes, ring, send } = network(24, { seed })
      ring()
      for (let to = 1; to < 24; to++) {
        const { sent, results } = send(0, node(to).id)
        clock.advance(2000)
        expect(sent, `seed ${seed}`).toBe('sent')
        const [{ hops = 0 } = {}] = node(to).received
        expect(results, `seed ${seed} to ${to}`).toMatchObject([{ ok: true, hops }])
        expect(node(to).received).toEqual([{ from: node(0).id, payload: [7], hops }])
        expect([to, 24 - to], `seed ${seed} to ${to}`).toContain(hops)
      }
      // Only the renewal of each one's links.
      expect(clock.pending, `seed ${seed}: timers`).toBe(24)
      expect(nodes.length).toBe(24)
    }
  })

  test('knowing the links of neighbours makes the way shorter', () => {
    const { clock, node, ring, link, send } = network(32)
    link(1, 16)
    ring()
    const { results } = send(0, node(16).id)
    clock.advance(2000)
    expect(results).toMatchObject([{ ok: true, hops: 2 }])
    expect(node(0).neighbourhood.knows(node(16).id)).toBe(true)
  })

  test('the receiver’s reply comes back with the receipt, and it may learn the way', () => {
    const { clock, node, ring } = network(8)
    ring()
    const ways: (readonly PeerId[] | undefined)[] = []
    node(3).router.serve(2, ({ wayBack }) => {
      ways.push(wayBack)
      return Uint8Array.of(1, 2)
    })
    const results: RouteResult[] = []
    const send = (record: boolean) =>
      node(0).router.send(node(3).id, 2, Uint8Array.of(), (end) => results.push(end), { record })
    send(true)
    clock.advance(1000)
    send(false)
    clock.advance(1000)
    expect(results).toMatchObject([{ ok: true, reply: Uint8Array.of(1, 2) }, { ok: true }])
    const [short, long] = [
      [2, 1, 0],
      [4, 5, 6, 7, 0],
    ].map((way) => way.map((index) => node(index).id))
    expect([short, long]).toContainEqual(ways[0])
    expect(ways[1]).toBe(undefined)
  })

  test('a way is followed whatever the ring says, and from its end the ring leads', () => {
    const { clock, node, ring } = network(16)
    ring()
    const results: RouteResult[] = []
    const way = [15, 14, 13].map((index) => node(index).id)
    node(0).router.send(node(1).id, 1, Uint8Array.of(), (end) => results.push(end), { way })
    clock.advance(2000)
    expect(results).toMatchObject([{ ok: true, hops: 15 }])
  })

  test('a search ends next to the one that searches, through any neighbour', () => {
    const { clock, node, ring, link } = network(32)
    link(0, 13)
    ring()
    for (const via of [1, 13, 31]) {
      const ended: number[] = []
      for (const index of [1, 31]) {
        node(index).router.serve(5, () => {
          ended.push(index)
          return Uint8Array.of(index)
        })
      }
      const results: RouteResult[] = []
      const { id, router } = node(0)
      const way = [node(via).id]
      const sent = router.search(id, 5, Uint8Array.of(), (end) => results.push(end), { way })
      clock.advance(3000)
      expect(sent).toBe('sent')
      expect(ended.length).toBe(1)
      expect(results).toMatchObject([{ ok: true, reply: Uint8Array.of(ended[0] as number) }])
    }
  })

  test('a tunnel counts as a link: over it the ring is whole', () => {
    // 4 and 5 are not linked; 4 reaches 5 by a way that the ring would never take.
    const { clock, node, link, send } = network(8)
    for (const index of [5, 6, 7, 0, 1, 2, 3]) link(index, index + 1)
    link(2, 6)
    clock.advance(1000)
    node(4).router.tunnels.set(
      node(5).id,
      [3, 2, 6, 5].map((index) => node(index).id),
    )
    const { results } = send(4, node(5).id)
    clock.advance(2000)
    expect(results).toMatchObject([{ ok: true }])
    expect(node(5).received.length).toBe(1)
  })

  test('tunnelled frames that lead nowhere or back harm nobody', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { maxLength: 12 }),
        fc.array(fc.nat(3), { maxLength: 12 }),
        fc.uint8Array({ maxLength: 40 }),
        (ahead, behind, inner) => {
          const { clock, node, ring, send } = network(4)
          ring()
          const ids = (indexes: number[]) => indexes.map((index) => node(index).id)
          const frame = {
            kind: 'tunnel',
            way: ids(ahead),
            passed: ids(behind),
            frame: inner,
          } as const
          node(0).transport.send(node(1).id, encodeRouteFrame(frame))
          clock.advance(2000)
          const { results } = send(0, node(2).id)
          clock.advance(1000)
          expect(results).toMatchObject([{ ok: true, hops: 2 }])
        },
      ),
      { numRuns: 100 },
    )
  })

  test('a dead end is turned back from, and another way found', () => {
    // 0 is linked to 9, nearest to 10 but a dead end, and to 20, from where the ring leads on.
    const { clock, node, link, send } = network(32)
    link(0, 9)
    link(0, 14)
    for (let index = 14; index > 10; index--) link(index, index - 1)
    clock.advance(1000)
    const { results } = send(0, node(10).id)
    clock.advance(2000)
    expect(results).toMatchObject([{ ok: true, hops: 5 }])
  })

  test('nobody closer is gone at once; a way that ends nowhere is NO_ROUTE', () => {
    const { clock, node, link, send } = network(32)
    link(0, 5)
    link(5, 9)
    clock.advance(1000)
    expect(send(0, node(31).id).sent).toBe('gone')
    const { sent, results } = send(0, node(12).id)
    clock.advance(2000)
    expect(sent).toBe('sent')
    expect(results).toEqual([{ ok: false, code: 'NO_ROUTE' }])
  })

  test('a neighbour that dies with the request is replaced by the next', () => {
    const { clock, node, link, send } = network(32)
    const [dying] = link(0, 9)
    link(9, 10)
    link(0, 8)
    link(8, 10)
    clock.advance(1000)
    const { results } = send(0, node(10).id)
    void dying.close('failed')
    clock.advance(2000)
    expect(results.map(({ ok }) => ok)).toEqual([true])
    expect(node(10).received.length).toBe(1)
  })

  test('without an answer it is TIMEOUT, once', () => {
    const { clock, node, link, send } = network(4)
    link(0, 1)
    clock.advance(1000)
    node(1).router.close()
    const { results } = send(0, node(1).id)
    clock.advance(60_000)
    expect(results).toEqual([{ ok: false, code: 'TIMEOUT' }])
  })

  test('a hop remembers a bounded number of requests and bytes, and turns the rest back', () => {
    for (const limit of [{ maxRequests: 3 }, { maxRequestsPerLink: 3 }, { maxRequestBytes: 350 }]) {
      const { clock, node, link, send } = network(8, limit)
      link(0, 1)
      link(1, 2)
      clock.advance(1000)
      node(2).router.close()
      const all = Array.from({ length: 5 }, () => send(0, node(2).id, new Uint8Array(100)))
      clock.advance(1000)
      const failed = all.filter(({ results }) => results[0]?.ok === false)
      expect(failed.length, JSON.stringify(limit)).toBe(2)
    }
  })

  test('answers of strangers and any other bytes count for nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 30 }), (frames) => {
        const { clock, node, link, send } = network(3)
        link(0, 1)
        link(1, 2)
        clock.advance(1000)
        for (const frame of frames) node(0).transport.send(node(1).id, frame)
        const { results } = send(0, node(2).id)
        clock.advance(1000)
        expect(results).toMatchObject([{ ok: true, hops: 2 }])
      }),
      { numRuns: 100 },
    )
  })
})
