import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { runTool } from '../../../../scripts/lib/tool.mjs'
import { publishable } from '../repository/publishable.ts'
import { readBudgets } from '../size/budgets.ts'
import type { Step } from '../step.ts'

/** The oldest browsers that the README promises. */
const OLDEST = 'chrome 94, edge 94, firefox 93, safari 15.4'

/**
 * What the tool takes for something newer: a method of our own that is called `with`; and what
 * @noble/hashes uses only where it is there.
 */
const MISTAKEN = ['ArrayWith', 'Uint8ArrayFromHex', 'Uint8ArrayToHex']

/** Whatever a page imports has no syntax and no built-in that the oldest browsers lack. */
export const browsers: Step = {
  name: 'browsers',
  needsBuild: true,
  async run({ root }) {
    const budgets = readBudgets(root)
    const packages = publishable(root)
    const outdir = mkdtempSync(join(root, 'tools', 'check', 'node_modules', '.browsers-'))
    try {
      for (const [index, budget] of budgets.entries()) {
        const { path = '' } =
          packages.find(({ manifest }) => manifest.name === budget.package) ?? {}
        await build({
          stdin: { contents: `export ${budget.import}`, resolveDir: join(root, path) },
          bundle: true,
          // As it is written: nothing is made older on the way.
          target: 'esnext',
          format: 'esm',
          platform: 'browser',
          outfile: join(outdir, `${index}.mjs`),
          logLevel: 'silent',
        })
      }
      const query = `--browserslistQuery=${OLDEST}`
      const args = ['checkBrowser', query, '--checkFeatures', '--module', '--ignore']
      await runTool('es-check', [...args, MISTAKEN.join(','), join(outdir, '*.mjs')], {
        from: 'tools/check',
        capture: true,
        env: { NO_COLOR: '1' },
      })
    } finally {
      rmSync(outdir, { recursive: true })
    }
    return `${budgets.length} imports run in ${OLDEST}`
  },
}
