import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventQueue } from './event-queue.ts'

const handler = { handle: () => {} }

function drain(queue: EventQueue): unknown[] {
  const order: unknown[] = []
  while (queue.pop()) order.push(queue.payload)
  return order
}

test('events come out by time, equal times in the order they were added, cancelled ones never', () => {
  const event = fc.record({ at: fc.nat(50), cancelled: fc.boolean() })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 2000 }), (events) => {
      const queue = new EventQueue()
      const tickets = events.map(({ at }, index) => queue.add(at, handler, 1, index))
      for (const [index, { cancelled }] of events.entries()) {
        if (cancelled) expect(queue.cancel(tickets[index] as number)).toBe(true)
      }
      const wanted = events
        .map(({ at, cancelled }, index) => ({ at, cancelled, index }))
        .filter(({ cancelled }) => !cancelled)
        .sort((a, b) => a.at - b.at || a.index - b.index)
        .map(({ index }) => index)
      expect(queue.size).toBe(wanted.length)
      expect(drain(queue)).toEqual(wanted)
      expect(queue.peek()).toBe(Number.POSITIVE_INFINITY)
    }),
    { numRuns: 200 },
  )
})

test('a ticket is of no use once its event has happened, though its place is used again', () => {
  const queue = new EventQueue()
  const first = queue.add(1, handler, 1, 'first')
  queue.pop()
  const second = queue.add(2, handler, 1, 'second')
  expect(queue.cancel(first)).toBe(false)
  expect(queue.cancel(second)).toBe(true)
  expect(queue.cancel(second)).toBe(false)
  expect(queue.size).toBe(0)
})

test('timers that are set and cancelled a million times take no room', () => {
  const queue = new EventQueue()
  const keep = queue.add(1e9, handler, 1, 'kept')
  for (let count = 0; count < 1_000_000; count++) queue.cancel(queue.add(count, handler, 1, count))
  expect(queue.size).toBe(1)
  expect(drain(queue)).toEqual(['kept'])
  expect(queue.cancel(keep)).toBe(false)
})
