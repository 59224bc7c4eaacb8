import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const SOURCE = /\.(?:ts|tsx|mts)$/

/**
 * Every TypeScript file below `src` of a package.
 * @param root the repository
 * @param path of the package, relative to the root
 * @returns paths relative to the root, with forward slashes, sorted
 */
export function sourceFiles(root: string, path: string): string[] {
  const directory = join(root, path, 'src')
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => `${path}/src/${name.replaceAll('\\', '/')}`)
    .filter((name) => SOURCE.test(name))
    .sort()
}
