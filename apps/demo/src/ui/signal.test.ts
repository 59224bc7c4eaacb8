import { expect, test } from 'vitest'
import { drawWith, signal } from './signal.ts'

test('many changes are drawn once, and an equal value not at all', async () => {
  const count = signal(0)
  const drawn: number[] = []
  drawWith(() => drawn.push(count.value))
  count.value = 1
  count.value = 2
  await Promise.resolve()
  count.value = 2
  await Promise.resolve()
  expect(drawn).toEqual([0, 2])
})

test('who subscribes hears the value that is, and each that comes', () => {
  const name = signal('a')
  const heard: string[] = []
  name.subscribe((value) => heard.push(value))
  name.value = 'b'
  expect(heard).toEqual(['a', 'b'])
})
