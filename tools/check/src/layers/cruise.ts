import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import type { Package } from '../repository/publishable.ts'
import { sourceFiles } from '../repository/source-files.ts'
import { deepImports } from './deep-imports.ts'
import { entrySources } from './entry-sources.ts'
import { layerRules } from './rules.ts'
import { LAYERS } from './table.ts'

/** What reading all sources gave. */
export interface Cruised {
  readonly violations: readonly string[]
  readonly modules: number
  readonly imports: number
  /** Sources that the tool did not see: with the wrong TypeScript it sees none, and finds nothing wrong. */
  readonly unseen: readonly string[]
}

/** A tsconfig that resolves our packages to their sources, so that rules and circles see through them. */
function writeTSConfig(root: string, packages: readonly Package[]): string {
  const directory = join(root, 'node_modules', '.cache', 'layers')
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'tsconfig.json')
  const paths = entrySources(packages)
  const compilerOptions = {
    module: 'ESNext',
    moduleResolution: 'Bundler',
    allowImportingTsExtensions: true,
    noEmit: true,
    baseUrl: root,
    ignoreDeprecations: '6.0',
    paths,
  }
  writeFileSync(
    file,
    JSON.stringify({ compilerOptions, files: Object.values(paths).flat() }, undefined, 2),
  )
  return file
}

/**
 * Reads every import of every source and applies the layer rules.
 * @throws Error if dependency-cruiser gives no result
 */
export async function cruiseLayers(root: string, packages: readonly Package[]): Promise<Cruised> {
  const files = packages.flatMap(({ path }) => sourceFiles(root, path))
  const fileName = writeTSConfig(root, packages)
  const options = {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: layerRules(packages, LAYERS) },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    combinedDependencies: false,
  }
  const result = await cruise(files, options, {}, { tsConfig: extractTSConfig(fileName) })
  const { modules, summary } = result.output as ICruiseResult
  const imports = modules
    .filter(({ source }) => files.includes(source))
    .flatMap(({ source, dependencies }) =>
      dependencies.map(({ module, resolved }) => ({
        from: source,
        specifier: module,
        to: resolved,
      })),
    )
  const seen = new Set(modules.map(({ source }) => source))
  return {
    violations: [
      ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
      ...deepImports(imports),
    ],
    modules: files.filter((file) => seen.has(file)).length,
    imports: imports.length,
    unseen: files.filter((file) => !seen.has(file)),
  }
}
