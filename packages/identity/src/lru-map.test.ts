import { expect, test } from 'vitest'
import { LruMap } from './lru-map.ts'

test('what was used last stays, up to the limit', () => {
  const map = new LruMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(map.get('a')).toBe(1)
  map.set('c', 3)
  expect(map.size).toBe(2)
  expect(map.get('b')).toBeUndefined()
  map.set('a', 4)
  map.set('d', 5)
  expect([map.get('a'), map.get('c'), map.get('d')]).toEqual([4, undefined, 5])
})
