import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { layerName } from '../layers/manifests.ts'
import { LAYERS } from '../layers/table.ts'
import { type Package, publishable } from '../repository/publishable.ts'
import { readBudgets } from '../size/budgets.ts'
import { bundle } from '../size/bundle.ts'
import { isolationProblems } from '../size/isolation.ts'
import { kilobytes, type Measured, overBudget, sizeTable } from '../size/measured.ts'
import { isCurrent, statedSize, stateSize } from '../size/stated.ts'
import { expectNone, type Step } from '../step.ts'

/** The READMEs whose stated size is not the one measured; with `write` they are corrected. */
function staleReadmes(
  root: string,
  packages: readonly Package[],
  measured: readonly Measured[],
  write: boolean,
): string[] {
  return packages.flatMap(({ path, manifest }) => {
    const main = measured.find(({ budget }) => budget.package === manifest.name)
    const file = join(root, path, 'README.md')
    if (!existsSync(file)) return []
    const text = readFileSync(file, 'utf8')
    const stated = statedSize(text)
    if (stated === undefined) return []
    if (main === undefined)
      return [`${path}/README.md states a size, but there is no budget for it`]
    if (isCurrent(stated, main.bytes)) return []
    if (!write)
      return [
        `${path}/README.md states another size than ${kilobytes(main.bytes)}; run: npm run size -- --write`,
      ]
    writeFileSync(file, stateSize(text, main.bytes))
    return []
  })
}

/** Every import stays within its budget, and every layer alone brings only what the layer table allows. */
export const size: Step = {
  name: 'size',
  needsBuild: true,
  async run({ root, write }) {
    const packages = publishable(root).filter(({ path }) => path.startsWith('packages/'))
    const problems: string[] = []
    const collect = (error: unknown): void => {
      problems.push(error instanceof Error ? error.message : String(error))
    }
    const directoryOf = (name: string): string => {
      const found = packages.find(({ manifest }) => manifest.name === name)
      if (found === undefined) throw new RangeError(`there is no package ${name} to measure`)
      return join(root, found.path)
    }
    const measured: Measured[] = []
    for (const budget of readBudgets(root)) {
      try {
        const { bytes } = await bundle(budget.import, root, directoryOf(budget.package))
        measured.push({ budget, bytes })
      } catch (error) {
        collect(error)
      }
    }
    for (const one of packages) {
      const { manifest, path } = one
      const { server = false } = LAYERS[layerName(manifest.name) ?? ''] ?? {}
      try {
        const imported = `* from '${manifest.name}'`
        const bundled = await bundle(imported, root, join(root, path), server)
        problems.push(...isolationProblems(one, bundled.packages, packages))
      } catch (error) {
        collect(error)
      }
    }
    if (measured.length > 0) console.log(sizeTable(measured))
    problems.push(...overBudget(measured), ...staleReadmes(root, packages, measured, write))
    expectNone([...new Set(problems)])
    return `${measured.length} budgets, ${packages.length} layers bundled alone`
  },
}
