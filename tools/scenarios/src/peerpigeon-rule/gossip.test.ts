import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { decodeFrame, type GossipMessage } from './frames.ts'
import { RuleGossip } from './gossip.ts'

const id = (digit: string): PeerId => digit.repeat(40) as PeerId

/** A peer `0` with three neighbours, and what it sends and takes. */
function peer() {
  const sent: { to: PeerId; message: GossipMessage | 'eviction' }[] = []
  const taken: GossipMessage[] = []
  const gossip = new RuleGossip({
    self: id('0'),
    neighbours: () => [id('1'), id('4'), id('8')],
    send: (to, frame) => sent.push({ to, message: decodeFrame(frame) }),
    onMessage: (message) => taken.push(message),
  })
  return { gossip, sent, taken, receivers: () => sent.map(({ to }) => to) }
}

const broadcast: GossipMessage = { from: id('f'), number: 1, ttl: 40, to: undefined }

test('a broadcast goes on once, to all but whom it came from, one hop less to live', () => {
  const { gossip, sent, taken, receivers } = peer()
  gossip.received(id('4'), broadcast)
  gossip.received(id('8'), broadcast)
  expect(taken).toEqual([broadcast])
  expect(receivers()).toEqual([id('1'), id('8')])
  expect(sent[0]?.message).toEqual({ ...broadcast, ttl: 39 })
})

test('a broadcast without hops to live is not taken, with one not passed on', () => {
  const { gossip, sent, taken } = peer()
  gossip.received(id('4'), { ...broadcast, ttl: 0 })
  expect(taken).toEqual([])
  gossip.received(id('4'), { ...broadcast, ttl: 1 })
  expect(taken.length).toBe(1)
  expect(sent).toEqual([])
})

test('a direct message goes to the closest neighbour, and is lost when it comes by again', () => {
  const { gossip, sent, taken, receivers } = peer()
  const direct = { ...broadcast, to: id('5') }
  gossip.received(id('4'), direct)
  expect(receivers()).toEqual([id('1')])
  gossip.received(id('1'), { ...direct, ttl: 38 })
  expect(sent.length).toBe(1)
  expect(taken).toEqual([])
})

test('a direct message for this peer ends here', () => {
  const { gossip, sent, taken } = peer()
  const direct = { ...broadcast, to: id('0') }
  gossip.received(id('4'), direct)
  expect(taken).toEqual([direct])
  expect(sent).toEqual([])
})

test('its own messages do not come back', () => {
  const { gossip, sent, receivers, taken } = peer()
  const number = gossip.publish()
  expect(receivers()).toEqual([id('1'), id('4'), id('8')])
  gossip.received(id('1'), { from: id('0'), number, ttl: 39, to: undefined })
  expect(taken).toEqual([])
  expect(sent.length).toBe(3)
})
