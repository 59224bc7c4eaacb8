import { ManualClock } from '@pigeon/transport/testing'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { PasswordAttempts } from './password-attempts.ts'

const id = (name: number): PeerId => peerIdFromName(`peer ${name}`)
const [mallory, bob] = [id(1), id(2)]

describe('attempts at a password', () => {
  test('an id may fail five times a minute, and again when the minute is over', () => {
    const clock = new ManualClock(1000)
    const attempts = new PasswordAttempts({ clock })
    for (let count = 0; count < 5; count++) {
      expect(attempts.start(mallory)).toBe(true)
      clock.advance(1000)
    }
    expect(attempts.start(mallory)).toBe(false)
    expect(attempts.start(bob)).toBe(true)
    clock.advance(54_999)
    expect(attempts.start(mallory)).toBe(false)
    clock.advance(1)
    expect(attempts.start(mallory)).toBe(true)
    expect(attempts.start(mallory)).toBe(false)
  })

  test('a run that was broken off counts as well; one that succeeds does not', () => {
    const attempts = new PasswordAttempts({ clock: new ManualClock() })
    for (let count = 0; count < 100; count++) {
      expect(attempts.start(bob)).toBe(true)
      attempts.succeeded(bob)
    }
    expect(attempts.counted).toBe(0)
    attempts.succeeded(mallory)
    for (let count = 0; count < 5; count++) attempts.start(mallory)
    attempts.succeeded(bob)
    expect(attempts.start(mallory)).toBe(false)
  })

  test('a new id for each guess does not help, and takes no more memory', () => {
    const clock = new ManualClock(1000)
    const attempts = new PasswordAttempts({ clock, inAll: 10 })
    for (let count = 0; count < 1000; count++) attempts.start(id(count))
    expect(attempts.counted).toBe(10)
    expect(attempts.start(id(5000))).toBe(false)
    clock.advance(60_000)
    expect(attempts.counted).toBe(0)
    expect(attempts.start(id(5000))).toBe(true)
  })

  test.each([{ perId: 0 }, { inAll: 0 }, { windowMs: 0 }])('refuses %o', (option) => {
    expect(() => new PasswordAttempts({ clock: new ManualClock(), ...option })).toThrow(RangeError)
  })
})
