import { expect, test } from 'vitest'
import { World } from '../test/harness.ts'

test('B7 a hub that drains takes nobody, relays on, and asks everyone to leave at another moment', () => {
  const world = new World({ maxConnectionsPerAddress: 200 })
  const modern = Array.from({ length: 50 }, () => {
    const client = world.dial()
    return client.hello({ versions: [2, 3] })
  })
  const old = Array.from({ length: 20 }, () => world.join())
  const seen: unknown[] = []
  world.hub.on('draining', ({ connections }) => seen.push(connections))
  world.hub.on('drained', () => seen.push('drained'))
  world.hub.drain(10_000, ['ws://other'])
  world.settle()
  expect(seen).toEqual([70])
  const moments = modern.map((client) => {
    const { urls, afterMs } = client.one('goaway')
    expect(urls).toEqual(['ws://other'])
    return afterMs
  })
  expect(Math.max(...moments)).toBeLessThan(8000)
  expect(new Set(moments).size).toBeGreaterThan(40)
  for (const client of old) expect(client.all('goaway')).toEqual([])
  const [a, b] = modern
  if (a === undefined || b === undefined) throw new Error('nobody')
  a.relay(b, 'still here')
  expect(b.relayed).toEqual([`${a.id} still here`])
  const late = world.dial()
  world.settle()
  expect(late.closed).toMatchObject({ code: 1001 })
  world.clock.advance(4000)
  const gone = old.filter(({ closed }) => closed !== undefined).length
  expect(gone).toBeGreaterThan(2)
  expect(gone).toBeLessThan(18)
  world.clock.advance(4000)
  for (const client of old) expect(client.one('error').code).toBe('SHUTDOWN')
  for (const client of modern) client.send({ type: 'goodbye' })
  world.clock.advance(1000)
  expect(seen).toEqual([70, 'drained'])
})

test('B7 a hub without clients has drained at once', () => {
  const world = new World()
  let drained = false
  world.hub.on('drained', () => {
    drained = true
  })
  world.hub.drain(30_000)
  expect(drained).toBe(true)
})
