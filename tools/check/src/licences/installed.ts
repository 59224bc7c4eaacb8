import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest } from '../repository/publishable.ts'

/** A package below node_modules. */
export interface Installed {
  readonly name: string
  readonly version: string
  readonly licence: string | undefined
  /** The package of ours it came along with first. */
  readonly via: string
}

interface InstalledManifest extends Manifest {
  readonly license?: string | { readonly type?: string }
}

/** The directory of a dependency as Node finds it from `directory`. */
function locate(name: string, directory: string): string | undefined {
  const candidate = join(directory, 'node_modules', name)
  if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
  const parent = dirname(directory)
  return parent === directory ? undefined : locate(name, parent)
}

const production = (manifest: Manifest): string[] => [
  ...new Set(
    Object.keys({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    }),
  ),
]

/**
 * Everything that a package brings along, from anywhere below it. Optional packages for other systems are not installed
 * and not seen.
 * @param directory of a package of ours
 * @param found where to add, by directory
 */
export function collectInstalled(
  directory: string,
  via: string,
  found: Map<string, Installed>,
): void {
  const manifest = readManifest(directory)
  for (const name of production(manifest)) {
    const target = locate(name, directory)
    if (target === undefined || found.has(target)) continue
    const { version, license } = readManifest(target)
    const licence = typeof license === 'object' ? license.type : license
    found.set(target, { name, version, licence, via })
    collectInstalled(target, via, found)
  }
}

const readManifest = (directory: string): InstalledManifest =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
