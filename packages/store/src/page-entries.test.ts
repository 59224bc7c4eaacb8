import { expect, test } from 'vitest'
import { FIRST_PAGE_ENTRIES, nextPageEntries } from './page-entries.ts'

const page = (entries: number, valueBytes: number) => {
  const entry = { key: new Uint8Array(4), value: new Uint8Array(valueBytes) }
  return Array.from({ length: entries }, () => entry)
}

test('pages of small entries double, to 128 at most', () => {
  const sizes = [FIRST_PAGE_ENTRIES]
  for (let round = 0; round < 5; round++) sizes.push(nextPageEntries(page(sizes.at(-1) ?? 0, 100)))
  expect(sizes).toEqual([16, 32, 64, 128, 128, 128])
})

test('pages of large entries shrink to what fits into 256 KiB, or to one entry', () => {
  expect(nextPageEntries(page(128, 64 * 1024 - 4))).toBe(3)
  expect(nextPageEntries(page(3, 60 * 1024))).toBe(4)
  expect(nextPageEntries(page(16, 1024 * 1024))).toBe(1)
  expect(nextPageEntries(page(1, 100))).toBe(2)
})
