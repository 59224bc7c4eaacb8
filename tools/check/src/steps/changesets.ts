import { run } from '../../../../scripts/lib/run.mjs'
import { runTool } from '../../../../scripts/lib/tool.mjs'
import { publishable } from '../repository/publishable.ts'
import { expectNone, type Step } from '../step.ts'

const BRANCHES = ['origin/main', 'main', 'HEAD']

/** What changesets are compared with: a clone may lack the branch. */
async function base(root: string): Promise<string> {
  for (const branch of BRANCHES) {
    const args = ['merge-base', branch, 'HEAD']
    const { code } = await run('git', args, { cwd: root, capture: true, allowFailure: true })
    if (code === 0) return branch
  }
  throw new Error(`git knows none of ${BRANCHES.join(', ')}`)
}

/** The changesets and their configuration are valid, and packages that are released together have one version. */
export const changesets: Step = {
  name: 'changesets',
  async run({ root }) {
    const packages = publishable(root)
    const [first] = packages
    expectNone(
      packages
        .filter(({ manifest }) => manifest.version !== first?.manifest.version)
        .map(
          ({ path, manifest }) => `${path} is ${manifest.version}, not ${first?.manifest.version}`,
        ),
    )
    const since = await base(root)
    const args = ['status', `--since=${since}`]
    const options = { cwd: root, capture: true, allowFailure: true }
    const { code, output } = await runTool('@changesets/cli', args, {
      ...options,
      command: 'changeset',
    })
    const missing = /have been changed but no changesets were found/.test(output)
    if (code !== 0)
      expectNone([missing ? `${output.trim()}\nrun: npm run changeset` : output.trim()])
    return `${packages.length} packages at ${first?.manifest.version}, compared with ${since}`
  },
}
