import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where a package keeps code. */
const DIRECTORIES = ['src', 'server', 'test', 'bench']

const SOURCE = /\.(?:ts|tsx|mts|mjs)$/

/**
 * Every TypeScript and JavaScript module of a package.
 * @param root the repository
 * @param path of the package, relative to the root
 * @returns paths relative to the root, with forward slashes, sorted
 */
export function sourceFiles(root: string, path: string): string[] {
  return DIRECTORIES.map((name) => `${path}/${name}`)
    .filter((directory) => existsSync(join(root, directory)))
    .flatMap((directory) =>
      readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${directory}/${name.replaceAll('\\', '/')}`,
      ),
    )
    .filter((name) => SOURCE.test(name))
    .sort()
}
