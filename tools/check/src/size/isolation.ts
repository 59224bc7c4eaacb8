import { layerName } from '../layers/manifests.ts'
import { ENGINES, LAYERS } from '../layers/table.ts'
import type { Package } from '../repository/publishable.ts'

/**
 * What a bundle of a package's main entry must not hold: packages the layer table does not allow it, and for browsers
 * engines that belong to Node.
 * @param bundled from {@link Bundle.packages}
 * @returns one line for each
 */
export function isolationProblems(
  { path, manifest }: Package,
  bundled: readonly string[],
  packages: readonly Package[],
): string[] {
  const layer = LAYERS[layerName(manifest.name) ?? '']
  if (layer === undefined) return [`${manifest.name} is not in the layer table`]
  const allowed = new Set([
    path,
    ...packages
      .filter((one) => layer.uses.includes(layerName(one.manifest.name) ?? ''))
      .map((one) => one.path),
  ])
  const isOurs = (name: string): boolean => /^(?:packages|apps)\//.test(name)
  const isForbidden = (name: string): boolean => {
    if (isOurs(name)) return !allowed.has(name)
    return !layer.server && (ENGINES.includes(name) || name.startsWith('node:'))
  }
  return bundled
    .filter(isForbidden)
    .map((name) => `${manifest.name} alone brings ${name} into a bundle`)
}
