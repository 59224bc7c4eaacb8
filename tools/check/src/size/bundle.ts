import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BuildFailure, build, type Metafile } from 'esbuild'

/** Options of {@link bundle}. */
export interface BundleOptions {
  /** Whether modules of Node may stay outside. Default false. */
  readonly server?: boolean
  /** Other modules that stay outside, and are not counted. Default none. */
  readonly outside?: readonly string[]
}

/** What an import becomes when a page is built. */
export interface Bundle {
  /** What a page loads at once, minified and gzipped, bytes. */
  readonly bytes: number
  /** What it loads later, by `import()`, if it ever does: all of it together, bytes. */
  readonly laterBytes: number
  /** The packages whose code is in either, ours by name, `node:…` for modules of Node. */
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

/** The outputs that are loaded with `entry`, itself among them: all it imports but by `import()`. */
export function loadedAtOnce(outputs: Metafile['outputs'], entry: string): Set<string> {
  const found = new Set<string>()
  const visit = (path: string): void => {
    if (found.has(path)) return
    found.add(path)
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true) visit(next)
    }
  }
  visit(entry)
  return found
}

/**
 * Bundles one import as a page's bundler does, with chunks for what `import()` names.
 * @param imported as in {@link Budget.import}
 * @param root the repository
 * @param from the directory the import resolves from
 * @throws Error with the places where a browser could not resolve something
 */
export async function bundle(
  imported: string,
  root: string,
  from: string,
  { server = false, outside = [] }: BundleOptions = {},
): Promise<Bundle> {
  const result = await build({
    stdin: { contents: `export ${imported}`, resolveDir: from, sourcefile: 'import.js' },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    splitting: true,
    outdir: 'out',
    format: 'esm',
    target: 'es2022',
    platform: server ? 'node' : 'browser',
    external: [...outside],
    logLevel: 'silent',
  }).catch((failure: BuildFailure) => {
    const lines = failure.errors.map(
      ({ text, location }) => `${location?.file ?? imported}:${location?.line ?? 1}: ${text}`,
    )
    throw new Error(`${imported} does not bundle:\n${lines.join('\n')}`)
  })
  const { outputs } = result.metafile
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const external = Object.values(outputs).flatMap(({ imports }) =>
    imports
      .filter(({ external }) => external === true)
      .map(({ path }) => `node:${path.replace('node:', '')}`),
  )
  const packages = [...files.map(packageOf).filter((name) => name !== undefined), ...external]
  const [entry = ''] = Object.keys(outputs).filter((path) =>
    outputs[path]?.entryPoint?.endsWith('import.js'),
  )
  const first = loadedAtOnce(outputs, entry)
  const sizes = Object.keys(outputs).map((path) => {
    const file = result.outputFiles.find((one) => one.path === join(root, path))
    const bytes = gzipSync(file?.contents ?? '', { level: 9 }).length
    return { bytes, first: first.has(path) }
  })
  const sum = (some: readonly { bytes: number }[]): number =>
    some.reduce((total, { bytes }) => total + bytes, 0)
  return {
    bytes: sum(sizes.filter(({ first }) => first)),
    laterBytes: sum(sizes.filter(({ first }) => !first)),
    packages: [...new Set(packages)].sort(),
  }
}
