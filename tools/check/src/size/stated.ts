import { kilobytes } from './measured.ts'

/** `<!-- size -->` is the size of the README's own package, `<!-- size NAME -->` of another. */
const SIZE = /<!-- size(?: (\S+))? -->([^<]*)<!-- \/size -->/g

/** How far the size in a README may be off before it is stale. */
const TOLERANCE = 0.03

/** A size that a README states, bytes; NaN where something else stands between the markers. */
export interface StatedSize {
  readonly package: string
  readonly bytes: number
}

/** All sizes that a README states. @param own the package it belongs to */
export function statedSizes(readme: string, own: string): StatedSize[] {
  return [...readme.matchAll(SIZE)].map(([, name = own, text]) => {
    const [, number] = /^([\d.]+) kB/.exec(text ?? '') ?? []
    return { package: name, bytes: Number(number ?? Number.NaN) * 1000 }
  })
}

/** Whether a stated size is close enough to what was measured; what the rounding to 0.1 kB takes away is forgiven. */
export function isCurrent(stated: number, bytes: number): boolean {
  return Math.abs(stated - bytes) <= Math.max(bytes * TOLERANCE, 50)
}

/** A README with the sizes that were measured between its markers. @param own the package it belongs to */
export function stateSizes(
  readme: string,
  own: string,
  measured: ReadonlyMap<string, number>,
): string {
  return readme.replace(SIZE, (marked, name: string | undefined) => {
    const bytes = measured.get(name ?? own)
    if (bytes === undefined) return marked
    const [start] = marked.split('-->', 1)
    const unit = name === undefined ? ' minified and gzipped' : ''
    return `${start}-->${kilobytes(bytes)}${unit}<!-- /size -->`
  })
}
