import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { Application, type TypeDocOptions } from 'typedoc'

/** What the packages of the reference export, in the order of the menu. */
const PACKAGES = [
  'peer',
  'mesh',
  'gossip',
  'dht',
  'crdt-storage',
  'tree-overlay',
  'volunteer',
  'hub',
  'identity',
  'signaling-protocol',
  'webrtc',
  'store',
  'transport',
  'simulator',
  'xor',
  'peerpigeon',
]

/** A source that people import, relative to the repository, and as what. */
interface EntryPoint {
  readonly source: string
  readonly specifier: string
}

/** What the packages export, from the declarations that they ship. */
function entryPoints(root: string, packages: readonly string[]): EntryPoint[] {
  return packages.flatMap((directory) => {
    const manifest = readFileSync(join(root, 'packages', directory, 'package.json'), 'utf8')
    const { name, exports } = JSON.parse(manifest) as { name: string; exports: object }
    return Object.entries(exports).flatMap(([path, entry]) =>
      typesOf(entry).map((types) => ({
        source: posix.join(
          `packages/${directory}`,
          types.replace('dist/', 'src/').replace('.d.ts', '.ts'),
        ),
        specifier: posix.join(name, path),
      })),
    )
  })
}

/** What the generator calls the module of a source. */
const moduleOf = (source: string): string => source.replace(/(?:\/index)?\.ts$/, '')

/** Where an entry has its types: those of Node where platforms differ. */
function typesOf(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { types, node, default: other } = entry as Record<string, unknown>
  return typeof types === 'string' ? [types] : typesOf(node ?? other)
}

/**
 * Writes the reference as Markdown, from the sources and their docstrings.
 * @param out the only directory that is written; emptied first
 * @param packages directories of those that are described, default all
 * @throws Error if the sources cannot be read
 */
export async function writeReference(
  root: string,
  out: string,
  tsconfig: string,
  packages: readonly string[] = PACKAGES,
): Promise<void> {
  const entries = entryPoints(root, packages)
  const options = {
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries.map(({ source }) => join(root, source)),
    // Without it the output goes to `docs` of wherever this runs, which is emptied first.
    outputs: [{ name: 'markdown', path: out }],
    tsconfig,
    readme: 'none',
    name: 'Reference',
    disableSources: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    excludeExternals: true,
    skipErrorChecking: true,
    validation: false,
    logLevel: 'Error',
    basePath: root,
    displayBasePath: root,
    router: 'module',
    useHTMLAnchors: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    parametersFormat: 'table',
    useCodeBlocks: true,
  }
  const app = await Application.bootstrapWithPlugins(options as TypeDocOptions)
  const project = await app.convert()
  if (project === undefined) throw new Error('the sources could not be read')
  // Modules are called as they are imported, not by where their sources are.
  const names = new Map(entries.map(({ source, specifier }) => [moduleOf(source), specifier]))
  for (const one of project.children ?? []) one.name = names.get(one.name) ?? one.name
  await app.generateOutputs(project)
}
