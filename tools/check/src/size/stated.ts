import { readSection, replaceSection } from '../repository/marked-section.ts'
import { kilobytes } from './measured.ts'

const MARKERS = { start: '<!-- size -->', end: '<!-- /size -->' }

/** How far the size in a README may be off before it is stale. */
const TOLERANCE = 0.03

/** The size a README states, bytes; undefined where it has no markers, NaN where something else stands between them. */
export function statedSize(readme: string): number | undefined {
  const section = readSection(readme, MARKERS)
  if (section === undefined) return undefined
  const [, number] = /^([\d.]+) kB minified and gzipped$/.exec(section) ?? []
  return Number(number ?? Number.NaN) * 1000
}

/** Whether a stated size is close enough to what was measured; what the rounding to 0.1 kB takes away is forgiven. */
export function isCurrent(stated: number, bytes: number): boolean {
  return Math.abs(stated - bytes) <= Math.max(bytes * TOLERANCE, 50)
}

/** A README with another size between its markers. */
export function stateSize(readme: string, bytes: number): string {
  return replaceSection(readme, MARKERS, `${kilobytes(bytes)} minified and gzipped`)
}
