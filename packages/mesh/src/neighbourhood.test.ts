import { LinkTransport } from '@pigeon/transport'
import { connect, MemoryNetwork } from '@pigeon/transport/memory'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Neighbourhood } from './neighbourhood.ts'

function network(count: number, windowBytes = 131_072) {
  const clock = new ManualClock()
  const random = seededRandom(1)
  const memory = new MemoryNetwork({ clock, latencyMs: 10, windowBytes })
  const nodes = Array.from({ length: count }, () => {
    const transport = new LinkTransport(randomPeerId(random), memory.maxFrameBytes)
    return { transport, id: transport.self, view: new Neighbourhood({ transport, clock }) }
  })
  const node = (index: number) => nodes[index] as (typeof nodes)[number]
  const link = (a: number, b: number) => connect(memory, node(a).transport, node(b).transport)
  return { clock, node, link }
}

test('neighbours know each other’s links, and of every change', () => {
  const { clock, node, link } = network(4)
  link(0, 1)
  const [end] = link(1, 2)
  clock.advance(500)
  expect([...node(0).view.linksOf(node(1).id)]).toEqual([node(2).id])
  expect(node(0).view.knows(node(2).id)).toBe(true)
  link(1, 3)
  void end.close()
  clock.advance(500)
  expect([...node(0).view.linksOf(node(1).id)]).toEqual([node(3).id])
  expect(node(0).view.knows(node(2).id)).toBe(false)
})

test('what a neighbour told goes with its link', () => {
  const { clock, node, link } = network(3)
  const [end] = link(0, 1)
  link(1, 2)
  clock.advance(500)
  void end.close()
  clock.advance(500)
  expect([...node(0).view.linksOf(node(1).id)]).toEqual([])
})

test('changes at once are told once, and a congested neighbour is told later', () => {
  const { clock, node, link } = network(13, 1)
  let told = 0
  node(0).view.on('told', () => told++)
  link(0, 1)
  for (let index = 2; index < 12; index++) link(1, index)
  clock.advance(500)
  expect(told).toBe(1)
  expect(node(0).view.linksOf(node(1).id).size).toBe(10)
  // Something is always on its way while the next change is to be told.
  link(1, 12)
  let refused = 0
  const { transport } = node(1)
  const { send } = transport
  transport.send = (to, frame) => {
    const result = send.call(transport, to, frame)
    if (result === 'congested' && frame.length > 100) refused++
    return result
  }
  for (let ms = 0; ms < 200; ms++) {
    transport.send(node(0).id, new Uint8Array(10))
    clock.advance(1)
  }
  clock.advance(500)
  expect(refused).toBeGreaterThan(0)
  expect(node(0).view.linksOf(node(1).id).size).toBe(11)
})

test('lists above 64 ids, and other rubbish, change nothing', () => {
  const { clock, node, link } = network(3)
  link(0, 1)
  link(1, 2)
  clock.advance(500)
  const send = (bytes: Uint8Array) => node(1).transport.send(node(0).id, bytes)
  send(Uint8Array.of(65, ...new Uint8Array(65 * 20)))
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), (bytes) => {
      // Not a well-formed list.
      if (bytes.length !== 1 + (bytes[0] ?? 0) * 20) send(bytes)
      clock.advance(50)
    }),
    { numRuns: 200 },
  )
  clock.advance(500)
  expect([...node(0).view.linksOf(node(1).id)]).toEqual([node(2).id as PeerId])
})
