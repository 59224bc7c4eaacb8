import { runTool } from '../../../../scripts/lib/tool.mjs'
import type { Step } from '../step.ts'
import { turboSummary } from './turbo-summary.ts'

/** Sources, tests and scripts type-check. */
export const typecheck: Step = {
  name: 'typecheck',
  async run() {
    const args = ['run', 'typecheck', '--continue', '--output-logs=errors-only']
    const { output } = await runTool('turbo', args, { capture: true })
    return turboSummary(output)
  },
}
