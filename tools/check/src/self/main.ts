import { root } from '../../../../scripts/lib/root.mjs'
import { Copy } from './copy.ts'
import { Files, type Violation } from './violation.ts'
import { VIOLATIONS } from './violations.ts'

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Plants one violation. @returns whether its step failed and named it */
async function isNoticed(copy: Copy, { step, what, says, plant }: Violation): Promise<boolean> {
  const start = performance.now()
  plant(new Files(copy.root))
  const { code, output } = await copy.check([step]).finally(() => copy.restore())
  const noticed = code !== 0 && says.test(output)
  console.log(`${noticed ? 'noticed' : 'MISSED '} ${step}: ${what}  ${seconds(start)}`)
  if (!noticed) console.log(`  ended with ${code} and did not say ${says}:\n${output}`)
  return noticed
}

/** @returns the exit code: 0 if the check holds as it is and notices every violation */
async function checkSelf(wanted: readonly string[]): Promise<number> {
  const chosen = VIOLATIONS.filter(({ step }) => wanted.length === 0 || wanted.includes(step))
  const steps = [...new Set(chosen.map(({ step }) => step))]
  if (steps.length === 0) throw new RangeError(`no violations of ${wanted.join(', ')}`)
  const copy = await Copy.make(root)
  try {
    const start = performance.now()
    const clean = await copy.check(steps)
    console.log(
      `${clean.code === 0 ? 'ok     ' : 'FAILED '} without a violation  ${seconds(start)}`,
    )
    if (clean.code !== 0) console.log(clean.output)
    let noticed = 0
    for (const violation of chosen) if (await isNoticed(copy, violation)) noticed++
    console.log(`\n${noticed} of ${chosen.length} violations noticed`)
    return clean.code === 0 && noticed === chosen.length ? 0 : 1
  } finally {
    copy.remove()
  }
}

try {
  process.exitCode = await checkSelf(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
