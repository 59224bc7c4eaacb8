import { layerName } from '../layers/manifests.ts'
import { LAYERS } from '../layers/table.ts'
import type { Package } from '../repository/publishable.ts'

type Edges = ReadonlyMap<string, readonly string[]>

function edgesOf(packages: readonly Package[]): Edges {
  const names = new Set(packages.map(({ manifest }) => layerName(manifest.name)))
  return new Map(
    packages.flatMap(({ path, manifest }) => {
      const name = layerName(manifest.name)
      if (name === undefined) return []
      const bundled = path.startsWith('apps/') && manifest.private ? manifest.devDependencies : {}
      const { tests = [] } = LAYERS[name] ?? {}
      const uses = Object.keys({ ...manifest.dependencies, ...bundled })
        .map(layerName)
        .filter((use) => use !== undefined)
        .filter((use) => names.has(use) && !tests.includes(use))
      return [[name, uses.sort()] as const]
    }),
  )
}

/** Everything that can be reached from the packages a package uses, without those themselves. */
function indirect(name: string, edges: Edges): Set<string> {
  const found = new Set<string>()
  const visit = (current: string): void => {
    for (const next of edges.get(current) ?? []) {
      if (found.has(next)) continue
      found.add(next)
      visit(next)
    }
  }
  for (const use of edges.get(name) ?? []) visit(use)
  return found
}

/**
 * The packages as a Mermaid flow chart. An arrow means "depends on"; the ones that follow from other arrows are left out.
 * @throws RangeError if packages depend on each other in a circle
 */
export function mermaid(packages: readonly Package[]): string {
  const edges = edgesOf(packages)
  const arrows = [...edges].flatMap(([name, uses]) => {
    const implied = indirect(name, edges)
    if (implied.has(name)) throw new RangeError(`${name} depends on itself`)
    return uses.filter((use) => !implied.has(use)).map((use) => `  ${name} --> ${use}`)
  })
  const isApp = ({ path }: Package): boolean => path.startsWith('apps/')
  const nodes = packages.flatMap((one) => {
    const name = layerName(one.manifest.name)
    if (name === undefined) return []
    return [isApp(one) ? `  ${name}(["${one.path}"])` : `  ${name}["${one.manifest.name}"]`]
  })
  return ['```mermaid', 'flowchart TD', ...nodes, ...arrows, '```'].join('\n')
}
