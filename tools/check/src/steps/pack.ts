import { contentProblems } from '../pack/contents.ts'
import { lintPackage } from '../pack/lint-package.ts'
import { tarballs } from '../pack/tarballs.ts'
import { parallel } from '../repository/parallel.ts'
import { expectNone, type Step } from '../step.ts'

/** What npm would get is complete, holds nothing else, and its types resolve. */
export const pack: Step = {
  name: 'pack',
  needsBuild: true,
  async run({ root }) {
    const all = await tarballs(root)
    const problems = await parallel(all, async (tarball) => [
      ...contentProblems(tarball),
      ...(await lintPackage(root, tarball)),
    ])
    expectNone(problems.flat())
    const files = all.reduce((sum, { contents }) => sum + contents.length, 0)
    return `${all.length} packages, ${files} files`
  },
}
