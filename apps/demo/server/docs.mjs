import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DOCS = fileURLToPath(new URL('../../../tools/docs/dist', import.meta.url))

/**
 * Puts the documentation beside the pages, if `npm run docs` has built it.
 * @param {string} pages
 * @returns {boolean} whether it is there
 */
export function provideDocs(pages) {
  const place = join(pages, 'docs')
  if (existsSync(DOCS)) cpSync(DOCS, place, { recursive: true })
  return existsSync(place)
}
