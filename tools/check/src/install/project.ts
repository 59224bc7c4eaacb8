import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmPath } from '../../../../scripts/lib/npm.mjs'
import { run } from '../../../../scripts/lib/run.mjs'
import type { Tarball } from '../pack/tarballs.ts'

const NPM = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']

/**
 * Makes an empty project and installs packages of ours with npm, as a user would; what they need of ours comes from the
 * other tarballs.
 * @param peers further packages with their version range
 * @returns the names of all packages that came along, sorted
 */
export async function installProject(
  directory: string,
  wanted: readonly Tarball[],
  all: readonly Tarball[],
  peers: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const files = (some: readonly Tarball[]): Record<string, string> =>
    Object.fromEntries(
      some.map(({ package: { manifest }, file }) => [manifest.name, `file:${file}`]),
    )
  mkdirSync(directory, { recursive: true })
  const manifest = {
    name: 'user',
    private: true,
    type: 'module',
    dependencies: { ...files(wanted), ...peers },
    overrides: files(all),
  }
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest, undefined, 2))
  await run('node', [npmPath(), ...NPM], { cwd: directory, capture: true })
  const lock = JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optional?: boolean; peer?: boolean }>
  }
  const prefix = 'node_modules/'
  return Object.keys(lock.packages)
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(path.lastIndexOf(prefix) + prefix.length))
    .filter((name, index, names) => names.indexOf(name) === index)
    .sort()
}
