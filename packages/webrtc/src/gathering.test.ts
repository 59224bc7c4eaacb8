import type { Signal } from '@pigeon/transport'
import { ManualClock } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { Gathering } from './gathering.ts'

const offer = (connection: string): Signal => ({ type: 'offer', connection, sdp: 'v=0' })
const address = (candidate: string): Signal => ({
  ...{ type: 'candidate', connection: 'a', candidate },
  ...{ sdpMid: null, sdpMLineIndex: null },
})

function gathering() {
  const clock = new ManualClock()
  const sent: string[] = []
  const send = (signal: Signal) => {
    sent.push(signal.type === 'candidate' ? signal.candidate : signal.connection)
  }
  return { clock, sent, gathering: new Gathering({ clock, send }) }
}

test('a description goes with all addresses once they are found', () => {
  const { clock, sent, gathering: own } = gathering()
  own.described(offer('a'))
  own.found(address('1'))
  own.found(address('2'))
  expect(sent).toEqual([])
  own.finished()
  expect([sent, clock.pending]).toEqual([['a', '1', '2'], 0])
})

test('it waits 100 ms at most, and addresses that are found later follow at once', () => {
  const { clock, sent, gathering: own } = gathering()
  own.described(offer('a'))
  own.found(address('1'))
  clock.advance(99)
  expect(sent).toEqual([])
  clock.advance(1)
  expect(sent).toEqual(['a', '1'])
  own.found(address('2'))
  own.finished()
  expect(sent).toEqual(['a', '1', '2'])
})

test('with 31 addresses it waits for no more', () => {
  const { clock, sent, gathering: own } = gathering()
  own.described(offer('a'))
  for (let found = 1; found <= 30; found++) own.found(address(`${found}`))
  expect(sent).toEqual([])
  own.found(address('31'))
  expect([sent.length, clock.pending]).toEqual([32, 0])
  own.found(address('32'))
  expect(sent.at(-1)).toBe('32')
})

test('what belongs to an attempt that is over is never sent', () => {
  const { clock, sent, gathering: own } = gathering()
  own.described(offer('a'))
  own.described(offer('b'))
  clock.advance(100)
  own.described(offer('c'))
  own.drop()
  clock.advance(100)
  expect([sent, clock.pending]).toEqual([['b'], 0])
})
