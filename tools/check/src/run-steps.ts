import { explain, type Step, type StepContext } from './step.ts'

/** How a step ended. */
export interface StepResult {
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
  /** One line. */
  readonly summary: string
}

/** The steps named, in the order of `steps`; all without names. */
export function chooseSteps(steps: readonly Step[], names: readonly string[]): readonly Step[] {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    const known = steps.map((step) => step.name).join(' ')
    throw new RangeError(`unknown step ${unknown.join(', ')}; there are: ${known}`)
  }
  return names.length === 0 ? steps : steps.filter((step) => names.includes(step.name))
}

/**
 * Runs every step, whatever happened to the ones before, and prints how each ended.
 * @param build what the steps that read `dist` need to be run once before
 */
export async function runSteps(
  steps: readonly Step[],
  context: StepContext,
  build: Step,
  print: (text: string) => void,
): Promise<StepResult[]> {
  const results: StepResult[] = []
  const attempt = async (step: Step): Promise<void> => {
    const start = performance.now()
    const outcome = await step.run(context).then(
      (summary) => ({ ok: true, summary, details: '' }),
      (error: unknown) => ({ ok: false, summary: '', details: explain(error) }),
    )
    const seconds = (performance.now() - start) / 1000
    const { ok, details } = outcome
    const summary = ok ? outcome.summary : (details.split('\n')[0] ?? '')
    results.push({ name: step.name, ok, seconds, summary })
    if (!ok) print(details)
    print(`${ok ? 'ok    ' : 'FAILED'} ${step.name} ${seconds.toFixed(1)} s  ${ok ? summary : ''}`)
  }
  for (const step of withBuild(steps, build)) await attempt(step)
  return results
}

/** The build comes before the first step that needs it, also if it was to come later. */
function withBuild(steps: readonly Step[], build: Step): readonly Step[] {
  const first = steps.findIndex((step) => step.needsBuild)
  const at = steps.indexOf(build)
  if (first < 0 || (at >= 0 && at < first)) return steps
  const others = steps.filter((step) => step !== build)
  return [...others.slice(0, first), build, ...others.slice(first)]
}

/** A table of all results, and whether all held. */
export function resultTable(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length))
  const rows = results.map(({ name, ok, seconds, summary }) =>
    `${name.padEnd(width)}  ${ok ? 'ok    ' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${summary}`.trimEnd(),
  )
  const failed = results.filter(({ ok }) => !ok).length
  return [...rows, `${results.length - failed} of ${results.length} steps hold`].join('\n')
}
