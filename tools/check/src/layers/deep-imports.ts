/** One import, as written and as resolved. */
export interface Import {
  readonly from: string
  readonly specifier: string
  readonly to: string
}

const packageOf = (path: string): string => path.split('/').slice(0, 2).join('/')

/**
 * Imports that climb into another package instead of naming it: they would see what it does not export. `scripts` is no
 * package, the private tools may use it.
 * @returns one line for each
 */
export function deepImports(imports: readonly Import[]): string[] {
  return imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .filter(({ from, to }) => packageOf(from) !== packageOf(to))
    .filter(({ from, to }) => !(from.startsWith('tools/') && to.startsWith('scripts/')))
    .map(({ from, specifier }) => `no-deep-import: ${from} → ${specifier}`)
}
