import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import getReleasePlan from '@changesets/get-release-plan'
import { run } from '../../../../scripts/lib/run.mjs'
import { runTool } from '../../../../scripts/lib/tool.mjs'
import { changelogProblems, UNRELEASED } from '../changesets/changelogs.ts'
import { nextVersion, planProblems } from '../changesets/plan.ts'
import { publishingProblems, RELEASE_WORKFLOW } from '../changesets/publishing.ts'
import { changesetProblems } from '../changesets/validate.ts'
import { type Package, publishable } from '../repository/publishable.ts'
import { expectNone, type Step, Violations } from '../step.ts'

/** Where a branch begins; a clone may lack the first. */
const BRANCHES = ['origin/main', 'main']

/** The commit that changes are counted from: where this branch left main, or this commit itself. */
async function base(root: string): Promise<{ commit: string; isBranch: boolean }> {
  const git = (...args: string[]): Promise<{ code: number; output: string }> =>
    run('git', args, { cwd: root, capture: true, allowFailure: true })
  const head = (await git('rev-parse', 'HEAD')).output.trim()
  for (const branch of BRANCHES) {
    const { code, output } = await git('merge-base', branch, 'HEAD')
    const commit = output.trim()
    if (code === 0 && commit !== head) return { commit, isBranch: true }
  }
  return { commit: head, isBranch: false }
}

/** Whether this branch raised the version of `one` since `commit`: then its changesets are in changelogs already. */
async function isRelease(root: string, commit: string, one: Package): Promise<boolean> {
  const args = ['show', `${commit}:${one.path}/package.json`]
  const { code, output } = await run('git', args, { cwd: root, capture: true, allowFailure: true })
  const { version } = one.manifest
  return code === 0 && version !== UNRELEASED && JSON.parse(output).version !== version
}

/** What is wrong with the changesets that wait for a release. */
function waitingProblems(root: string, packages: readonly Package[]): string[] {
  const names = new Set(packages.map(({ manifest }) => manifest.name))
  return readdirSync(join(root, '.changeset'))
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => `.changeset/${file}`)
    .flatMap((file) => changesetProblems(file, readFileSync(join(root, file), 'utf8'), names))
}

/** Packages that are released together have one version. */
function versionProblems(packages: readonly Package[], version: string): string[] {
  return packages
    .filter(({ manifest }) => manifest.version !== version)
    .map(({ path, manifest }) => `${path} is ${manifest.version}, not ${version}`)
}

/** Every package that changed on this branch has a changeset. */
async function expectAllSaid(root: string, one: Package): Promise<string> {
  const { commit, isBranch } = await base(root)
  if (!isBranch) return 'nothing to compare with'
  if (await isRelease(root, commit, one)) return 'this is a release'
  const args = ['status', `--since=${commit}`]
  const options = { cwd: root, capture: true, allowFailure: true, command: 'changeset' }
  const { code, output } = await runTool('@changesets/cli', args, options)
  if (code !== 0) throw new Violations([output.trim(), 'run: npm run changeset'])
  return 'every changed one has a changeset'
}

/**
 * The changesets and their configuration are valid and raise what they say, packages that are released together have
 * one version and a changelog of it, and npm is told where they were made.
 */
export const changesets: Step = {
  name: 'changesets',
  async run({ root }) {
    const read = (path: string): string =>
      existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
    const packages = publishable(root)
    const [first] = packages
    if (first === undefined) throw new Violations(['no package is published'])
    const { version } = first.manifest
    expectNone([
      ...waitingProblems(root, packages),
      ...publishingProblems(read(RELEASE_WORKFLOW), packages),
      ...versionProblems(packages, version),
      ...changelogProblems(packages, read),
    ])
    const plan = await getReleasePlan(root)
    expectNone(planProblems(plan))
    const next = nextVersion(plan) ?? 'not waited for'
    return `${packages.length} packages at ${version}, next ${next}; ${await expectAllSaid(root, first)}`
  },
}
