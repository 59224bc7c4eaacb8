import type { Package } from '../repository/publishable.ts'

/** Every target of one entry of `exports`, whatever its conditions. */
function targets(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry]
  if (typeof entry !== 'object' || entry === null) return []
  return Object.entries(entry)
    .filter(([condition]) => condition !== 'types')
    .flatMap(([, target]) => targets(target))
}

/**
 * The source behind every import specifier of the packages: `@pigeon/transport/system` is
 * `packages/transport/src/system.ts`.
 */
export function entrySources(packages: readonly Package[]): Record<string, string[]> {
  const sources: Record<string, string[]> = {}
  for (const { path, manifest } of packages) {
    for (const [subpath, entry] of Object.entries(manifest.exports ?? {})) {
      const files = targets(entry)
        .filter((target) => /\.[cm]?[jt]s$/.test(target))
        .map((target) => target.replace('./dist/', './src/').replace(/\.js$/, '.ts'))
      if (files.length === 0) continue
      sources[manifest.name + subpath.slice(1)] = files.map((file) => `./${path}/${file.slice(2)}`)
    }
  }
  return sources
}
