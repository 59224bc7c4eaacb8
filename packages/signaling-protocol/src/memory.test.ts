import { ManualClock } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { memoryConnector, memorySockets } from './memory.ts'

test('B1 messages arrive in order after the latency, as copies', () => {
  const clock = new ManualClock()
  const [a, b] = memorySockets({ clock, latencyMs: 10 })
  const seen: string[] = []
  a.on('open', () => seen.push('open'))
  b.on('message', (bytes) => seen.push([...bytes].join()))
  const bytes = Uint8Array.of(1)
  a.send(bytes)
  bytes[0] = 9
  a.send(bytes)
  clock.advance(9)
  expect(seen).toEqual([])
  expect(a.bufferedBytes).toBe(2)
  clock.advance(1)
  expect(seen).toEqual(['open', '1', '9'])
  expect(a.bufferedBytes).toBe(0)
})

test('B1 close comes behind what was sent, to both ends, and nothing after it', () => {
  const clock = new ManualClock()
  const [a, b] = memorySockets({ clock, latencyMs: 10 })
  const seen: string[] = []
  a.on('close', (code, reason) => seen.push(`a ${code} ${reason}`))
  b.on('close', (code, reason) => seen.push(`b ${code} ${reason}`))
  b.on('message', (bytes) => seen.push(`b ${bytes.length}`))
  a.send(new Uint8Array(3))
  a.close(4000, 'why')
  a.send(new Uint8Array(4))
  b.send(new Uint8Array(5))
  clock.advance(2000)
  expect(seen).toEqual(['b 3', 'b 4000 why', 'a 4000 why'])
  expect(clock.pending).toBe(0)
})

test('B1 a paused end piles up bytes at the other, and is cut when that one closes', () => {
  const clock = new ManualClock()
  const [a, b] = memorySockets({ clock })
  const seen: string[] = []
  a.on('close', (code) => seen.push(`a ${code}`))
  b.on('close', (code) => seen.push(`b ${code}`))
  b.paused = true
  a.send(new Uint8Array(100))
  clock.advance(10)
  expect(a.bufferedBytes).toBe(100)
  a.close()
  clock.advance(999)
  expect(seen).toEqual([])
  clock.advance(2)
  expect(seen).toEqual(['a 1000', 'b 1006'])
})

test('B1 a connector hands the other end to accept', () => {
  const clock = new ManualClock()
  const seen: string[] = []
  const connect = memoryConnector({
    clock,
    accept: (socket, url, protocols) => {
      seen.push(`${url} ${protocols.join()}`)
      socket.on('message', (bytes) => seen.push(`${bytes.length} bytes`))
    },
  })
  const socket = connect('ws://hub', ['pigeon.2'])
  socket.on('open', () => socket.send(new Uint8Array(7)))
  clock.advance(10)
  expect(seen).toEqual(['ws://hub pigeon.2', '7 bytes'])
})
