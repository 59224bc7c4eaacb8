import { expect, test, vi } from 'vitest'
import { Emitter } from './index.ts'

interface Events {
  ping: (value: number) => void
}

test('listeners run in order until they are removed', () => {
  const emitter = new Emitter<Events>()
  const seen: string[] = []
  const first = emitter.on('ping', (value) => seen.push(`first ${value}`))
  emitter.on('ping', (value) => seen.push(`second ${value}`))
  emitter.emit('ping', 1)
  first()
  first()
  emitter.emit('ping', 2)
  expect(seen).toEqual(['first 1', 'second 1', 'second 2'])
  expect(emitter.count('ping')).toBe(1)
  emitter.clear()
  expect(emitter.count('ping')).toBe(0)
})

test('one function subscribed twice runs twice and is removed once', () => {
  const emitter = new Emitter<Events>()
  const listener = vi.fn()
  const remove = emitter.on('ping', listener)
  emitter.on('ping', listener)
  remove()
  emitter.emit('ping', 1)
  expect(listener).toHaveBeenCalledTimes(1)
})

test('a listener removed or added while events are emitted takes effect at once or next time', () => {
  const emitter = new Emitter<Events>()
  const late = vi.fn()
  const removed = vi.fn()
  emitter.on('ping', () => {
    remove()
    emitter.on('ping', late)
  })
  const remove = emitter.on('ping', removed)
  emitter.emit('ping', 1)
  expect(removed).not.toHaveBeenCalled()
  expect(late).not.toHaveBeenCalled()
})

test('a listener that throws is reported to the host and does not stop the others', async () => {
  const reported = new Promise((resolve) => {
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.once('unhandledRejection', (error) => {
      for (const listener of listeners) process.on('unhandledRejection', listener)
      resolve(error)
    })
  })
  const emitter = new Emitter<Events>()
  const other = vi.fn()
  const mistake = new Error('a mistake of the application')
  emitter.on('ping', () => {
    throw mistake
  })
  emitter.on('ping', other)
  emitter.emit('ping', 7)
  expect(other).toHaveBeenCalledWith(7)
  expect(await reported).toBe(mistake)
})
