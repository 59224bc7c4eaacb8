import { build } from 'esbuild'

/** Options of {@link bundle}. */
export interface BundleOptions {
  /** Default `browser`. */
  platform?: 'browser' | 'node'
  /** Packages to leave out, for Node to find. Default none. */
  external?: readonly string[]
  /** Preferred export conditions. Default the platform and `import`. */
  conditions?: readonly string[]
  /** Directories of packages that are looked into besides. Default none. */
  nodePaths?: readonly string[]
  /** Default false. */
  minify?: boolean
}

/**
 * Bundles `entry` and all it imports into one ES module.
 * @param entry a path
 * @returns its text
 * @throws Error that names what could not be resolved
 */
export async function bundle(entry: string, options: BundleOptions = {}): Promise<string> {
  const platform = options.platform ?? 'browser'
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform,
    external: [...(options.external ?? [])],
    nodePaths: [...(options.nodePaths ?? [])],
    target: 'es2022',
    conditions: [...(options.conditions ?? [platform, 'import'])],
    minify: options.minify ?? false,
    logLevel: 'silent',
  })
  return (outputFiles[0] as { text: string }).text
}
