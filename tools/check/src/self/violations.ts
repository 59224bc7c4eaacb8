import type { Violation } from './violation.ts'

const XOR = 'packages/xor'
const GOSSIP = 'packages/gossip'
const HUB_SERVER = 'apps/hub'

/** At least one violation of every step. */
export const VIOLATIONS: readonly Violation[] = [
  {
    step: 'lint',
    what: 'an unformatted file',
    says: /xor\/src\/planted\.ts format/,
    plant: (files) => files.write(`${XOR}/src/planted.ts`, 'export  const planted = "x";\n'),
  },
  {
    step: 'lint',
    what: 'a protocol that reads the wall clock',
    says: /xor\/src\/id\.ts.*noRestrictedGlobals/s,
    plant: (files) =>
      files.append(`${XOR}/src/id.ts`, '\nexport const now = (): number => Date.now()\n'),
  },
  {
    step: 'words',
    what: 'a test that runs alone',
    says: /planted\.test\.ts:1: a test that is switched off/,
    plant: (files) => files.write(`${XOR}/src/planted.test.ts`, `it${'.only'}('x', () => {})\n`),
  },
  {
    step: 'words',
    what: 'a path of one machine',
    says: /CONTRIBUTING\.md:\d+: a path of one machine/,
    plant: (files) => files.append('CONTRIBUTING.md', `\nSee ${'/home'}/someone/notes.\n`),
  },
  {
    step: 'features',
    what: 'a test of a feature that does not exist',
    says: /M99 is no feature/,
    plant: (files) =>
      files.write(`${XOR}/src/planted.test.ts`, "it('M99 flies by itself', () => {})\n"),
  },
  {
    step: 'graph',
    what: 'a picture of the packages that is not theirs',
    says: /ARCHITECTURE\.md: the graph is stale/,
    plant: (files) => files.replace('ARCHITECTURE.md', 'transport --> xor', 'xor --> transport'),
  },
  {
    step: 'layers',
    what: 'an import from gossip to mesh',
    says: /gossip-uses: packages\/gossip\/src\/planted\.ts → packages\/mesh/,
    plant: (files) =>
      files.write(`${GOSSIP}/src/planted.ts`, "export type { Mesh } from '@pigeon/mesh'\n"),
  },
  {
    step: 'layers',
    what: 'a dependency of gossip on mesh',
    says: /gossip\/package\.json: dependencies has @pigeon\/mesh/,
    plant: (files) =>
      files.edit(`${GOSSIP}/package.json`, ({ dependencies }) => {
        if (dependencies) dependencies['@pigeon/mesh'] = 'workspace:^'
      }),
  },
  {
    step: 'layers',
    what: 'a module of Node in xor',
    says: /xor-no-node: packages\/xor\/src\/planted\.ts/,
    plant: (files) =>
      files.write(`${XOR}/src/planted.ts`, "export { readFileSync } from 'node:fs'\n"),
  },
  {
    step: 'layers',
    what: 'a relative import into another package',
    says: /no-deep-import: packages\/gossip\/src\/planted\.ts/,
    plant: (files) =>
      files.write(`${GOSSIP}/src/planted.ts`, "export * from '../../xor/src/id.ts'\n"),
  },
  {
    step: 'layers',
    what: 'modules that import each other',
    says: /no-circle: packages\/xor\/src\/(?:id|planted)\.ts/,
    plant: (files) => {
      files.write(`${XOR}/src/planted.ts`, "export * from './id.ts'\n")
      files.append(`${XOR}/src/id.ts`, "export * from './planted.ts'\n")
    },
  },
  {
    step: 'build',
    what: 'a protocol that sets a timer',
    says: /src\/id\.ts.*Cannot find name 'setTimeout'/,
    plant: (files) =>
      files.append(`${XOR}/src/id.ts`, '\nexport const timer: unknown = setTimeout(() => {}, 1)\n'),
  },
  {
    step: 'typecheck',
    what: 'a test with a wrong type',
    says: /src\/planted\.test\.ts.*not assignable to type 'number'/,
    plant: (files) =>
      files.write(`${XOR}/src/planted.test.ts`, "export const planted: number = 'x'\n"),
  },
  {
    step: 'unused',
    what: 'an export that nobody imports',
    says: /xor\/src\/metric\.ts: planted/,
    plant: (files) => files.append(`${XOR}/src/metric.ts`, '\nexport const planted = 1\n'),
  },
  {
    step: 'unused',
    what: 'a file that nobody imports',
    says: /xor\/src\/planted\.ts/,
    plant: (files) => files.write(`${XOR}/src/planted.ts`, 'export const planted = 1\n'),
  },
  {
    step: 'unused',
    what: 'a dependency that nobody imports',
    says: /xor\/package\.json: valibot/,
    plant: (files) =>
      files.edit(`${XOR}/package.json`, ({ dependencies }) => {
        if (dependencies) dependencies['valibot'] = 'catalog:'
      }),
  },
  {
    step: 'readme',
    what: 'a README that promises another value',
    says: /xor\/README\.md:\d+: expected 3, got 2/,
    plant: (files) => files.append(`${XOR}/README.md`, '\n```ts\n1 + 1 //=> 3\n```\n'),
  },
  {
    step: 'readme',
    what: 'a README whose code does not end',
    says: /xor\/README\.md:\d+: did not end by itself/,
    plant: (files) =>
      files.append(`${XOR}/README.md`, '\n```ts\nsetInterval(() => {}, 1000)\n```\n'),
  },
  {
    step: 'size',
    what: 'a package over its budget',
    says: /\* from '@pigeon\/xor' is \d+ bytes, \d+ over its limit of 100/,
    plant: (files) =>
      files.replace('tools/check/size-budgets.json', /"limit": \d+/, '"limit": 100'),
  },
  {
    step: 'size',
    what: 'a module of Node in a browser bundle',
    says: /xor\/dist\/id\.js:\d+: Could not resolve "node:fs"/,
    plant: (files) => files.append(`${XOR}/src/id.ts`, "export { readFileSync } from 'node:fs'\n"),
  },
  {
    step: 'size',
    what: 'a README that states another size',
    says: /xor\/README\.md: @pigeon\/xor has .* kB now/,
    plant: (files) =>
      files.replace(
        `${XOR}/README.md`,
        /<!-- size -->.*?<!-- \/size -->/,
        '<!-- size -->99.9 kB<!-- /size -->',
      ),
  },
  {
    step: 'browsers',
    what: 'a built-in that the oldest browsers lack',
    says: /findLast/i,
    plant: (files) =>
      files.append(
        `${XOR}/src/index.ts`,
        '\nexport const planted = (list: { findLast(is: () => boolean): string }): string =>\n' +
          '  list.findLast(() => true)\n',
      ),
  },
  {
    step: 'licences',
    what: 'a licence that is not on the list',
    says: /mediabunny is MPL-2\.0, which is not on the list/,
    plant: (files) => files.replace('tools/check/src/licences/policy.ts', "'MPL-2.0'", "'MPL-1.0'"),
  },
  {
    step: 'changesets',
    what: 'a changeset for a package that does not exist',
    says: /@pigeon\/planted/,
    plant: (files) =>
      files.write('.changeset/planted.md', "---\n'@pigeon/planted': minor\n---\n\nPlanted.\n"),
  },
  {
    step: 'changesets',
    what: 'a changeset that no changelog would have',
    says: /planted\.md: @pigeon\/xor can be raised by/,
    plant: (files) =>
      files.write('.changeset/planted.md', "---\n'@pigeon/xor': none\n---\n\nPlanted.\n"),
  },
  {
    step: 'changesets',
    what: 'a feature that would be a new major version',
    says: /@pigeon\/hub would be 1\.0\.0, and no changeset says major/,
    plant: (files) =>
      files.edit('packages/hub/package.json', ({ peerDependencies }) => {
        if (peerDependencies) peerDependencies['@pigeon/mesh'] = 'workspace:^'
      }),
  },
  {
    step: 'changesets',
    what: 'a package with another version',
    says: /packages\/xor is 9\.9\.9, not/,
    plant: (files) =>
      files.replace(`${XOR}/package.json`, /"version": "[^"]*"/, '"version": "9.9.9"'),
  },
  {
    step: 'changesets',
    what: 'a release without provenance',
    says: /release\.yml: it lacks id-token: write/,
    plant: (files) => files.replace('.github/workflows/release.yml', 'id-token: write', ''),
  },
  {
    step: 'pack',
    what: 'an entry that is not built',
    says: /@pigeon\/hub-server: publint: .*planted\.js/,
    plant: (files) =>
      files.edit(`${HUB_SERVER}/package.json`, ({ exports }) => {
        if (exports) exports['./planted'] = './dist/planted.js'
      }),
  },
  {
    step: 'pack',
    what: 'a package without changelog',
    says: /@pigeon\/gossip: files does not name CHANGELOG\.md/,
    plant: (files) => files.replace(`${GOSSIP}/package.json`, '"CHANGELOG.md",', ''),
  },
  {
    step: 'pack',
    what: 'tests in a package',
    says: /@pigeon\/gossip: the package holds src\/.*\.test\.ts/,
    plant: (files) => files.replace(`${GOSSIP}/package.json`, '"!src/**/*.test.ts"', '"!src/none"'),
  },
  {
    step: 'install',
    what: 'a dependency that is not declared',
    says: /import of @pigeon\/hub-server alone ended with 1/,
    plant: (files) =>
      files.edit(`${HUB_SERVER}/package.json`, ({ dependencies }) => {
        if (dependencies) delete dependencies['commander']
      }),
  },
]
