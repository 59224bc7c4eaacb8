import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { idsIn, testNames } from '../features/ids.ts'
import { FEATURES } from '../features/rows.ts'
import { gitFiles } from '../repository/git-files.ts'
import { expectNone, type Step } from '../step.ts'

/** Each feature has a test that is named by its id; `npm run features` runs them. */
export const features: Step = {
  name: 'features',
  async run({ root }) {
    const paths = (await gitFiles(root)).filter((path) => /\.test\.tsx?$/.test(path))
    const tested = new Set<string>()
    for (const path of paths) {
      for (const name of testNames(readFileSync(join(root, path), 'utf8'))) {
        for (const id of idsIn(name)) tested.add(id)
      }
    }
    expectNone([
      ...Object.keys(FEATURES)
        .filter((id) => !tested.has(id))
        .map((id) => `${id} (${FEATURES[id]}) has no test named by it`),
      ...[...tested].filter((id) => FEATURES[id] === undefined).map((id) => `${id} is no feature`),
    ])
    return `${tested.size} features have tests named by them`
  },
}
