import { build as buildAll } from '../../../../scripts/lib/build.mjs'
import type { Step } from '../step.ts'
import { turboSummary } from './turbo-summary.ts'

/** Every package compiles. */
export const build: Step = {
  name: 'build',
  async run() {
    const { output } = await buildAll({ capture: true })
    return turboSummary(output)
  },
}
