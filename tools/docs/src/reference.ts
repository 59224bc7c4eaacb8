import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** The declarations that a package ships, of each of its entry points. */
function entryPoints(root: string, packages: readonly string[]): string[] {
  return packages.flatMap((name) => {
    const directory = join(root, 'packages', name)
    const { exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    const types = Object.values(exports as Record<string, unknown>).flatMap(typesOf)
    return types.map((path) =>
      join(directory, path.replace('dist/', 'src/').replace('.d.ts', '.ts')),
    )
  })
}

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
  const options = {
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entryPoints(root, packages),
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
  await app.generateOutputs(project)
}
