import { build } from 'esbuild'

/** Options of {@link bundle}. */
export interface BundleOptions {
  /** Preferred export conditions. Default `browser`, `import`. */
  conditions?: readonly string[]
  /** Default false. */
  minify?: boolean
}

/**
 * Bundles `entry` and all it imports into one ES module for browsers.
 * @param entry a path
 * @returns its text
 * @throws Error that names what could not be resolved
 */
export async function bundle(entry: string, options: BundleOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: [...(options.conditions ?? ['browser', 'import'])],
    minify: options.minify ?? false,
    logLevel: 'silent',
  })
  return (outputFiles[0] as { text: string }).text
}
