import type { Package } from '../repository/publishable.ts'
import { LAYERS, type Layer, TEST_ONLY } from './table.ts'

const SCOPE = '@pigeon/'
const TOOLS = '@pigeon-tools/'

/** The name behind the scope: `@pigeon/xor` and `peerpigeon` are layers, `@pigeon-tools/check` is not. */
export function layerName(packageName: string): string | undefined {
  if (packageName.startsWith(SCOPE)) return packageName.slice(SCOPE.length)
  return packageName === 'peerpigeon' ? packageName : undefined
}

const ours = (dependencies: Record<string, string> = {}): string[] =>
  Object.keys(dependencies).filter(
    (name) => layerName(name) !== undefined || name.startsWith(TOOLS),
  )

function checkPackage(
  { path, manifest }: Package,
  layers: Readonly<Record<string, Layer>>,
): string[] {
  const name = layerName(manifest.name)
  if (name === undefined) return []
  const layer = layers[name]
  if (layer === undefined)
    return [`${path}/package.json: ${manifest.name} is not in the layer table`]
  const entries = Object.values(layer.entries ?? {}).flat()
  const installed = new Set(layer.uses.map((use) => SCOPE + use))
  const optional = new Set([...installed, ...entries.map((use) => SCOPE + use)])
  const tests = [...TEST_ONLY, ...(layer.tests ?? [])].map((use) => SCOPE + use)
  const development = new Set([...optional, ...tests])
  const refuse = (field: string, found: string[], allowed: ReadonlySet<string>): string[] =>
    found
      .filter((dependency) => !allowed.has(dependency))
      .filter((dependency) => field !== 'devDependencies' || !dependency.startsWith(TOOLS))
      .map(
        (dependency) =>
          `${path}/package.json: ${field} has ${dependency}, the layer table does not`,
      )
  return [
    ...refuse('dependencies', ours(manifest.dependencies), installed),
    ...refuse('optionalDependencies', ours(manifest.optionalDependencies), installed),
    ...refuse('peerDependencies', ours(manifest.peerDependencies), optional),
    ...refuse('devDependencies', ours(manifest.devDependencies), development),
  ]
}

/** A way from a package back to itself, or undefined. */
function findCycle(packages: readonly Package[]): string[] | undefined {
  const byName = new Map(packages.map((one) => [one.manifest.name, one.manifest]))
  const finished = new Set<string>()
  const visit = (name: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    const manifest = byName.get(name)
    if (manifest === undefined || finished.has(name)) return undefined
    const next = [...ours(manifest.dependencies), ...ours(manifest.devDependencies)]
    for (const dependency of next) {
      const cycle = visit(dependency, [...trail, name])
      if (cycle !== undefined) return cycle
    }
    finished.add(name)
    return undefined
  }
  for (const name of byName.keys()) {
    const cycle = visit(name, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}

/**
 * What the package.json files ask for against the layer table; development dependencies too, so that the build graph
 * has no cycle.
 * @returns one line for each violation
 */
export function checkManifests(
  packages: readonly Package[],
  layers: Readonly<Record<string, Layer>> = LAYERS,
): string[] {
  const violations = packages.flatMap((one) => checkPackage(one, layers))
  const cycle = findCycle(packages)
  return cycle === undefined
    ? violations
    : [...violations, `packages in a circle: ${cycle.join(' → ')}`]
}
