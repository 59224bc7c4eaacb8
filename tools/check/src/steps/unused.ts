import { runTool } from '../../../../scripts/lib/tool.mjs'
import type { Step } from '../step.ts'

/** Every file, export and dependency is used. */
export const unused: Step = {
  name: 'unused',
  async run() {
    const args = [
      '--no-progress',
      '--no-config-hints',
      '--reporter',
      'compact',
      '--tsConfig',
      'tsconfig.build.json',
    ]
    await runTool('knip', args, { from: 'tools/check', capture: true, env: { NO_COLOR: '1' } })
    return 'no unused file, export or dependency'
  },
}
