import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { layerName } from '../layers/manifests.ts'
import { LAYERS } from '../layers/table.ts'
import { type Package, publishable } from '../repository/publishable.ts'
import { readBudgets } from '../size/budgets.ts'
import { bundle } from '../size/bundle.ts'
import { isolationProblems } from '../size/isolation.ts'
import { kilobytes, type Measured, overBudget, sizeTable } from '../size/measured.ts'
import { isCurrent, statedSizes, stateSizes } from '../size/stated.ts'
import { expectNone, type Step } from '../step.ts'

/** The READMEs whose stated sizes are not those measured; with `write` they are corrected. */
function staleReadmes(
  root: string,
  packages: readonly Package[],
  measured: readonly Measured[],
  write: boolean,
): string[] {
  // Of several budgets of a package the first is the one it states.
  const sizes = new Map(
    [...measured].reverse().map(({ budget, bytes }) => [budget.package, bytes] as const),
  )
  const readmes = [
    { file: 'README.md', own: '' },
    ...packages.map(({ path, manifest }) => ({ file: `${path}/README.md`, own: manifest.name })),
  ]
  return readmes.flatMap(({ file, own }) => {
    const path = join(root, file)
    if (!existsSync(path)) return []
    const text = readFileSync(path, 'utf8')
    const problems = statedSizes(text, own).flatMap(({ package: name, bytes }) => {
      const now = sizes.get(name)
      if (now === undefined) return [`${file} states a size of ${name}, which has no budget`]
      if (isCurrent(bytes, now) || write) return []
      return [`${file}: ${name} has ${kilobytes(now)} now; run: npm run size -- --write`]
    })
    if (write) writeFileSync(path, stateSizes(text, own, sizes))
    return problems
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
        const { bytes, laterBytes } = await bundle(budget.import, root, directoryOf(budget.package))
        measured.push({ budget, bytes, laterBytes })
      } catch (error) {
        collect(error)
      }
    }
    for (const one of packages) {
      const { manifest, path } = one
      const { server = false } = LAYERS[layerName(manifest.name) ?? ''] ?? {}
      try {
        const imported = `* from '${manifest.name}'`
        const bundled = await bundle(imported, root, join(root, path), { server })
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
