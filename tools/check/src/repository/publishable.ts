import { workspaces } from '../../../../scripts/lib/workspaces.mjs'

/** The parts of a package.json the checks read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly private?: boolean
  readonly repository?: { readonly url?: string; readonly directory?: string }
  readonly files?: readonly string[]
  readonly bin?: Record<string, string>
  readonly exports?: Record<string, unknown>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

/** A package of this repository. */
export interface Package {
  /** Relative to the root, with forward slashes. */
  readonly path: string
  readonly manifest: Manifest
}

/** Every package of the repository but the root. */
export function allPackages(root: string): Package[] {
  return workspaces(root).filter(({ path }) => path !== '.')
}

/** The packages people can install from npm, in the order of their directories. */
export function publishable(root: string): Package[] {
  return allPackages(root).filter(({ manifest }) => manifest.private !== true)
}
