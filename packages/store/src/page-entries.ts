import type { StoreEntry } from './store.ts'

/** Bytes a page should hold. */
export const PAGE_BYTES: number = 256 * 1024

/** Entries of the first page: most ranges end within it. */
export const FIRST_PAGE_ENTRIES = 16

/** Entries of a page at most: an engine that cannot see sizes in advance holds so many values. */
const MAX_PAGE_ENTRIES = 128

/** How many entries the page behind this one should have: twice as many, while they are small. */
export function nextPageEntries(page: readonly StoreEntry[]): number {
  const bytes = page.reduce((sum, { key, value }) => sum + key.length + value.length, 1)
  const fitting = Math.floor((PAGE_BYTES * page.length) / bytes)
  return Math.max(1, Math.min(page.length * 2, fitting, MAX_PAGE_ENTRIES))
}
