import type { IForbiddenRuleType } from 'dependency-cruiser'
import type { Package } from '../repository/publishable.ts'
import { layerName } from './manifests.ts'
import { type Layer, TEST_ONLY } from './table.ts'

/** Tests, what they share, the exported contract tests, and the program that starts the demo with a hub. */
const TESTS = '(?:\\.test\\.ts$|^apps/demo/server/|/(?:fixtures|test|bench)/|/testing(?:/|[-.]))'
const TOOLS = '^tools/'
const NODE_PACKAGES = '(?:^|/)node_modules/'

const inside = (paths: readonly string[]): string => `^(?:${paths.join('|')})/`

/**
 * The layer table as rules of dependency-cruiser.
 * @param packages what exists: the table also has layers that are yet to come
 */
export function layerRules(
  packages: readonly Package[],
  layers: Readonly<Record<string, Layer>>,
): IForbiddenRuleType[] {
  const pathOf = new Map(packages.map(({ path, manifest }) => [layerName(manifest.name), path]))
  const paths = (names: readonly string[]): string[] =>
    names.map((name) => pathOf.get(name)).filter((path) => path !== undefined)
  const everything = inside(packages.map(({ path }) => path))
  const rules = packages.flatMap(({ path, manifest }): IForbiddenRuleType[] => {
    const name = layerName(manifest.name)
    const layer = name === undefined ? undefined : layers[name]
    if (name === undefined || layer === undefined) return []
    const own = [path, ...paths(layer.uses)]
    const entries = Object.entries(layer.entries ?? {})
    const entryFiles = entries.map(([entry]) => `^${path}/src/${entry}(?:/|\\.ts$)`)
    const tested = [
      ...own,
      ...paths([...TEST_ONLY, ...(layer.tests ?? []), ...entries.flatMap(([, uses]) => uses)]),
    ]
    const refuse = (
      suffix: string,
      from: IForbiddenRuleType['from'],
      allowed: readonly string[],
    ): IForbiddenRuleType => ({
      name: `${name}${suffix}`,
      comment: `${manifest.name} may only use: ${[...layer.uses].join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from,
      to: { path: everything, pathNot: inside(allowed) },
    })
    return [
      refuse('-uses', { path: `^${path}/src/`, pathNot: [TESTS, ...entryFiles] }, own),
      ...entries.map(([entry, uses], index) =>
        refuse(`-${entry}-uses`, { path: entryFiles[index] ?? '', pathNot: TESTS }, [
          ...own,
          ...paths(uses),
        ]),
      ),
      refuse('-tests-use', { path: `^(?=${path}/).*?${TESTS}` }, [...tested, 'tools/[^/]+']),
      ...(layer.pure === true ? [noNode(name, path, layer.shells ?? [])] : []),
    ]
  })
  return [...rules, ...GENERAL]
}

const noNode = (name: string, path: string, shells: readonly string[]): IForbiddenRuleType => ({
  name: `${name}-no-node`,
  comment: 'a protocol sees the world through its transport, clock and random only',
  severity: 'error',
  from: {
    path: `^${path}/src/`,
    pathNot: [TESTS, ...shells.map((shell) => `^${path}/src/${shell}/`)],
  },
  to: { dependencyTypes: ['core'] },
})

/** What is bundled from `tools/peers`, which a bench installs when it runs, or runs in a project of a user. */
const OTHER_SYSTEMS =
  '^tools/(scenarios/src/bench/(link/other-ends|peer/trystero-tab)\\.ts|check/src/install/bundle-all\\.mjs)$'

const GENERAL: readonly IForbiddenRuleType[] = [
  {
    name: 'no-circle',
    comment: 'modules that import each other in a circle depend on the order they load in',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'resolvable',
    comment: 'an import that does not resolve: not exported, not installed or misspelt',
    severity: 'error',
    from: { pathNot: OTHER_SYSTEMS },
    to: { couldNotResolve: true },
  },
  {
    name: 'declared',
    comment: 'imported, but not in the package.json beside it',
    severity: 'error',
    from: { path: '^(?:packages|apps)/', pathNot: TESTS },
    to: {
      path: NODE_PACKAGES,
      dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['npm', 'npm-optional', 'npm-peer'],
    },
  },
  {
    name: 'no-tools',
    comment: 'only tests may use the private tools',
    severity: 'error',
    from: { path: '^(?:packages|apps)/', pathNot: TESTS },
    to: { path: TOOLS },
  },
]
