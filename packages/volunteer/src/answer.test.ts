import { expect, test } from 'vitest'
import { readAnswer } from './answer.ts'

test('whatever a sandbox says is no more than an outcome of its task, or nothing', () => {
  const trap = { toString: 1, valueOf: 1 }
  for (const message of [null, 7, trap, {}, { number: 2, ok: true }]) {
    expect(readAnswer(message, 1, 10)).toBeUndefined()
  }
  for (const text of [trap, undefined, 7]) {
    const outcome = { ok: false, reason: 'threw', text: 'it did not say why' }
    expect(readAnswer({ number: 1, ok: false, text }, 1, 10)).toEqual(outcome)
  }
  expect(readAnswer({ number: 1, ok: true, payload: trap }, 1, 10)).toMatchObject({ ok: false })
  const payload = new Uint8Array(11)
  const large = { ok: false, reason: 'too-large', text: '11 bytes' }
  expect(readAnswer({ number: 1, ok: true, payload }, 1, 10)).toEqual(large)
  expect(readAnswer({ number: 1, ok: true, payload }, 1, 11)).toEqual({ ok: true, payload })
})
