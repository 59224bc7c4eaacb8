import { join } from 'node:path'
import { collectInstalled, type Installed } from '../licences/installed.ts'
import { licenceProblem } from '../licences/policy.ts'
import { allPackages } from '../repository/publishable.ts'
import { expectNone, type Step } from '../step.ts'

/** Everything that users install with a package, or get in the demo, may be given to them. */
export const licences: Step = {
  name: 'licences',
  async run({ root }) {
    const found = new Map<string, Installed>()
    for (const { path, manifest } of allPackages(root)) {
      if (!path.startsWith('tools/')) collectInstalled(join(root, path), manifest.name, found)
    }
    const installed = [...found.values()]
    expectNone(
      installed.flatMap(({ name, version, licence, via }) => {
        const problem = licenceProblem(name, licence)
        return problem === undefined ? [] : [`${problem} (${version}, comes with ${via})`]
      }),
    )
    const counts = new Map<string, number>()
    for (const { licence } of installed)
      counts.set(licence ?? '', (counts.get(licence ?? '') ?? 0) + 1)
    const table = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${count} ${name}`)
    return `${installed.length} packages: ${table.join(', ')}`
  },
}
