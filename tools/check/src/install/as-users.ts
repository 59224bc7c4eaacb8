import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../../../scripts/lib/run.mjs'
import { parallel } from '../repository/parallel.ts'
import type { Example } from './first-examples.ts'
import { COMPILERS } from './toolchains.ts'
import { ourErrors, STRICT, typeProgram } from './type-program.ts'

const BUNDLE_ALL = fileURLToPath(new URL('bundle-all.mjs', import.meta.url))

/**
 * Bundles examples as users of three bundlers do.
 * @param project where the packages and the bundlers are installed
 * @returns one line for each example that one of them refuses
 */
export async function bundleProblems(
  project: string,
  examples: readonly Example[],
): Promise<string[]> {
  mkdirSync(join(project, 'examples'))
  for (const { name, code } of examples) {
    writeFileSync(join(project, 'examples', `${name.replace('@pigeon/', '')}.ts`), code)
  }
  copyFileSync(BUNDLE_ALL, join(project, 'bundle-all.mjs'))
  const { code, output } = await run('node', ['bundle-all.mjs'], {
    cwd: project,
    capture: true,
    allowFailure: true,
    env: { NO_COLOR: '1' },
  })
  return code === 0 ? [] : [output.trim()]
}

/**
 * Typechecks a strict program that imports all entries, with each TypeScript.
 * @param project where the packages and the compilers are installed
 * @returns one line for each error
 */
export async function typeProblems(project: string, entries: readonly string[]): Promise<string[]> {
  writeFileSync(join(project, 'program.ts'), typeProgram(entries))
  const problems = await parallel(COMPILERS, async (compiler) => {
    const tsc = join('node_modules', compiler, 'bin', 'tsc')
    const options = { cwd: project, capture: true, allowFailure: true }
    const { code, output } = await run('node', [tsc, ...STRICT, 'program.ts'], options)
    // One that did not even begin.
    if (code !== 0 && !output.includes('error TS')) return [`${compiler}: ${output.trim()}`]
    return ourErrors(output).map((line) => `${compiler}: ${line}`)
  })
  return problems.flat()
}
