import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How large one import may make a page. */
export interface Budget {
  /** Whose README states the size. */
  readonly package: string
  /** What is imported, without the word itself: `{ joinMesh } from '@pigeon/peer'` or `* from '@pigeon/xor'`. */
  readonly import: string
  /** Most bytes, minified and gzipped. */
  readonly limit: number
}

const FILE = 'tools/check/size-budgets.json'

/**
 * @throws TypeError naming the row that is no budget
 */
export function parseBudgets(text: string): Budget[] {
  const rows: unknown = JSON.parse(text)
  if (!Array.isArray(rows)) throw new TypeError('budgets must be a list')
  return rows.map((row: Partial<Budget>) => {
    const { package: name, import: imported, limit } = row
    const isBudget =
      typeof name === 'string' &&
      typeof imported === 'string' &&
      imported.includes(` from '${name}`) &&
      Number.isSafeInteger(limit)
    if (!isBudget) throw new TypeError(`no budget: ${JSON.stringify(row)}`)
    return { package: name, import: imported, limit: limit as number }
  })
}

/** The budgets of tools/check/size-budgets.json. */
export function readBudgets(root: string): Budget[] {
  return parseBudgets(readFileSync(join(root, FILE), 'utf8'))
}
