import { UNRELEASED } from '../changesets/changelogs.ts'
import type { Tarball } from './tarballs.ts'

const UNWANTED = /\.test\.[cm]?[jt]s|\.tsbuildinfo$|(?:^|\/)(?:node_modules|\.turbo|\.readme)\//
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']
const CHANGELOG = 'CHANGELOG.md'

/** Compiled from a source that is gone: a build only adds files. */
function leftovers(contents: readonly string[]): string[] {
  const sources = new Set(contents)
  return contents.filter((file) => {
    const [, name] = /^dist\/(.*)\.js$/.exec(file) ?? []
    return name !== undefined && !sources.has(`src/${name}.ts`)
  })
}

/** @returns one line for each file that is missing or does not belong in a package */
export function contentProblems({ package: { manifest }, contents }: Tarball): string[] {
  const required = manifest.version === UNRELEASED ? REQUIRED : [...REQUIRED, CHANGELOG]
  const missing = required.filter((file) => !contents.includes(file))
  const unwanted = contents.filter((file) => UNWANTED.test(file))
  const leftover = leftovers(contents).map(
    (file) => `${manifest.name}: ${file} has no source any more; delete dist and build again`,
  )
  const unlisted = manifest.files?.includes(CHANGELOG)
    ? []
    : [`${manifest.name}: files does not name ${CHANGELOG}`]
  return [
    ...leftover,
    ...unlisted,
    ...missing.map((file) => `${manifest.name}: the package lacks ${file}`),
    ...unwanted.map((file) => `${manifest.name}: the package holds ${file}`),
  ]
}
