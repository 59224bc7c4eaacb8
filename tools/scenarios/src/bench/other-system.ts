import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @returns where `scripts/bench.mjs` installs packages to measure against, for one directory of `tools/peers` */
export function modulesOf(name: string): string {
  let root = fileURLToPath(new URL('.', import.meta.url))
  // Above the sources, or the programs made from them.
  while (!existsSync(join(root, 'pnpm-workspace.yaml'))) root = join(root, '..')
  return join(root, 'tools', 'peers', name, 'node_modules')
}

/** @returns the version of a package that is installed in a directory of `tools/peers`, if any */
export function installedVersion(name: string, packageName: string): string | undefined {
  const manifest = join(modulesOf(name), packageName, 'package.json')
  if (!existsSync(manifest)) return undefined
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
