import { expect, test } from 'vitest'
import { placeOf } from './place.ts'

test('S5 the page joins through the hub it came from, or the one its address names', () => {
  const place = (url: string, developing = false) => placeOf(new URL(url), developing)
  expect(place('http://localhost:3000/')).toEqual({ network: 'demo', hub: 'ws://localhost:3000' })
  expect(place('https://example.org/app/?network=x')).toEqual({
    network: 'x',
    hub: 'wss://example.org',
  })
  expect(place('http://localhost:5173/?api=ws://127.0.0.1:4000', true).hub).toBe(
    'ws://127.0.0.1:4000',
  )
  expect(place('http://localhost:5173/', true).hub).toBe('ws://localhost:3000')
})
