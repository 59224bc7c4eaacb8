import type { Row } from './report.ts'

/** A number as a suite printed it, such as `5,812 us (BigInt sort)`. */
interface Quantity {
  readonly value: number
  /** All of it but the name. */
  readonly text: string
  /** Whose it is, if that is said. */
  readonly name: string
}

/** What a number must not exceed, or not fall below. */
interface Goal {
  readonly limit: number
  /** With its sign, such as `<= 3`. */
  readonly text: string
  readonly isMet: boolean
}

/** One thing that was measured: of ours, and of all others in the same run. */
export interface Measure {
  readonly metric: string
  readonly ours: Quantity
  readonly peers: readonly Quantity[]
  readonly goal?: Goal | undefined
}

const QUANTITY = /^(?<text>(?<number>-?[\d,.]+(?:e[+-]?\d+)?)[^(]*?)(?:\s*\((?<name>.*)\))?$/
const GOAL = /^(?<text>[<>]= (?<number>-?[\d,.]+(?:e[+-]?\d+)?)) (?<state>met|MISSED)$/

const numberOf = (text = ''): number => Number(text.replaceAll(',', ''))

/** @returns nothing if it is not a number */
function quantityOf(cell: string): Quantity | undefined {
  const { number, text = '', name = '' } = QUANTITY.exec(cell)?.groups ?? {}
  const value = numberOf(number)
  return number === undefined || Number.isNaN(value) ? undefined : { value, text, name }
}

/** @returns nothing if there is none */
export function goalOf(cell: string): Goal | undefined {
  const { number, text = '', state } = GOAL.exec(cell)?.groups ?? {}
  return number === undefined
    ? undefined
    : { limit: numberOf(number), text, isMet: state === 'met' }
}

/** What can be drawn of a table: rows of one metric become one, with several others. */
export function measuresOf(rows: readonly Row[]): Measure[] {
  const measures: Measure[] = []
  for (const { metric, ours, peer, goal } of rows) {
    const own = quantityOf(ours)
    if (own === undefined) continue
    const other = quantityOf(peer)
    const peers = other === undefined ? [] : [other]
    const last = measures.at(-1)
    if (last?.metric === metric && last.ours.text === own.text) {
      measures.splice(-1, 1, {
        ...last,
        peers: [...last.peers, ...peers],
        goal: last.goal ?? goalOf(goal),
      })
    } else measures.push({ metric, ours: own, peers, goal: goalOf(goal) })
  }
  return measures
}
