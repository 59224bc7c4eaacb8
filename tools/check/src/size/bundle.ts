import { gzipSync } from 'node:zlib'
import { type BuildFailure, build } from 'esbuild'

/** What an import becomes when a page is built. */
export interface Bundle {
  /** Minified and gzipped, bytes. */
  readonly bytes: number
  /** The packages whose code is in it, ours by name, `node:…` for modules of Node. */
  readonly packages: readonly string[]
}

const ours = /^(?:\.\.\/)*(packages|apps)\/([^/]+)\//
const theirs = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//

/** The package a bundled file belongs to, ours by directory. */
export function packageOf(file: string): string | undefined {
  return (
    theirs.exec(file)?.[1] ??
    ours
      .exec(file)?.[0]
      .replace(/^(?:\.\.\/)+/, '')
      .slice(0, -1)
  )
}

/**
 * Bundles one import.
 * @param imported as in {@link Budget.import}
 * @param root the repository
 * @param from the directory the import resolves from
 * @param server whether modules of Node may stay outside
 * @throws Error with the places where a browser could not resolve something
 */
export async function bundle(
  imported: string,
  root: string,
  from: string,
  server = false,
): Promise<Bundle> {
  const result = await build({
    stdin: { contents: `export ${imported}`, resolveDir: from, sourcefile: 'import.js' },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform: server ? 'node' : 'browser',
    logLevel: 'silent',
  }).catch((failure: BuildFailure) => {
    const lines = failure.errors.map(
      ({ text, location }) => `${location?.file ?? imported}:${location?.line ?? 1}: ${text}`,
    )
    throw new Error(`${imported} does not bundle:\n${lines.join('\n')}`)
  })
  const outputs = Object.values(result.metafile.outputs)
  const files = outputs.flatMap(({ inputs }) => Object.keys(inputs))
  const external = outputs.flatMap(({ imports }) =>
    imports.map(({ path }) => `node:${path.replace('node:', '')}`),
  )
  const packages = [...files.map(packageOf).filter((name) => name !== undefined), ...external]
  const [output] = result.outputFiles
  return {
    bytes: gzipSync(output?.contents ?? '', { level: 9 }).length,
    packages: [...new Set(packages)].sort(),
  }
}
