import { runTool } from '../../../../scripts/lib/tool.mjs'
import type { Step } from '../step.ts'

/** Format and lint rules of biome.json. */
export const lint: Step = {
  name: 'lint',
  async run() {
    const args = ['check', '--error-on-warnings', '--colors=off', '.']
    const { output } = await runTool('@biomejs/biome', args, { capture: true })
    return output.trim().split('\n').at(-1) ?? ''
  },
}
