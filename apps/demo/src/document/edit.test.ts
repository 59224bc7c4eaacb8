import { expect, test } from 'vitest'
import { editBetween } from './edit.ts'

test.each([
  ['', 'a', 1, { at: 0, removed: 0, inserted: 'a' }],
  ['aa', 'aaa', 1, { at: 0, removed: 0, inserted: 'a' }],
  ['aa', 'aaa', 3, { at: 2, removed: 0, inserted: 'a' }],
  ['hello', 'hllo', 1, { at: 1, removed: 1, inserted: '' }],
  ['one two', 'one 2', 5, { at: 4, removed: 3, inserted: '2' }],
  ['same', 'same', 2, undefined],
])('%s becomes %s with the caret at %i', (before, after, caret, edit) => {
  expect(editBetween(before, after, caret)).toEqual(edit)
})

test('an edit applied gives the text, whatever the two texts and the caret are', () => {
  const words = ['', 'a', 'ab', 'aba', 'abab', 'baab', 'bb', 'aabb']
  for (const before of words) {
    for (const after of words) {
      for (let caret = 0; caret <= after.length; caret++) {
        const edit = editBetween(before, after, caret)
        const { at, removed, inserted } = edit ?? { at: 0, removed: 0, inserted: '' }
        expect(before.slice(0, at) + inserted + before.slice(at + removed)).toBe(after)
      }
    }
  }
})
