import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../../scripts/lib/run.mjs'
import { runTool } from '../../../../scripts/lib/tool.mjs'
import { publishingProblems, RELEASE_WORKFLOW } from '../changesets/publishing.ts'
import { changesetProblems } from '../changesets/validate.ts'
import { allPackages, publishable } from '../repository/publishable.ts'
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

/** What is wrong with the changesets that wait for a release. */
function waitingProblems(root: string): string[] {
  const names = new Set(allPackages(root).map(({ manifest }) => manifest.name))
  return readdirSync(join(root, '.changeset'))
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => `.changeset/${file}`)
    .flatMap((file) => changesetProblems(file, readFileSync(join(root, file), 'utf8'), names))
}

/**
 * The changesets and their configuration are valid, packages that are released together have one version, and npm is
 * told where they were made.
 */
export const changesets: Step = {
  name: 'changesets',
  async run({ root }) {
    const packages = publishable(root)
    const [first] = packages
    expectNone([
      ...waitingProblems(root),
      ...publishingProblems(readFileSync(join(root, RELEASE_WORKFLOW), 'utf8'), packages),
      ...packages
        .filter(({ manifest }) => manifest.version !== first?.manifest.version)
        .map(
          ({ path, manifest }) => `${path} is ${manifest.version}, not ${first?.manifest.version}`,
        ),
    ])
    const { commit, isBranch } = await base(root)
    const args = ['status', `--since=${commit}`]
    const options = { cwd: root, capture: true, allowFailure: true, command: 'changeset' }
    const { code, output } = await runTool('@changesets/cli', args, options)
    const isMissing = /have been changed but no changesets were found/.test(output)
    if (code !== 0 && !isMissing) throw new Violations([output.trim()])
    if (isMissing && isBranch) throw new Violations([output.trim(), 'run: npm run changeset'])
    const asked = isBranch ? 'every changed one has a changeset' : 'nothing to compare with'
    return `${packages.length} packages at ${first?.manifest.version}, ${asked}`
  },
}
