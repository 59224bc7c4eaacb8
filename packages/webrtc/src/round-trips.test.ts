import { expect, test } from 'vitest'
import { RoundTrips } from './round-trips.ts'

test('each answer belongs to the ping of the same number', () => {
  const trips = new RoundTrips()
  const measured: number[] = []
  trips.pinged(100, (ms) => measured.push(ms))
  trips.pinged(150, (ms) => measured.push(ms))
  trips.ponged(120)
  trips.ponged(200)
  expect(measured).toEqual([20, 50])
  expect(trips.lastMs).toBe(50)
})

test('answers to nothing, and more pings than are measured, put nothing out of order', () => {
  const trips = new RoundTrips()
  trips.ponged(1)
  for (let count = 0; count < 100; count++) trips.pinged(1000)
  for (let count = 0; count < 100; count++) trips.ponged(2000)
  trips.pinged(3000)
  trips.ponged(3007)
  expect(trips.lastMs).toBe(7)
})
