import { describe, expect, it } from 'vitest'
import { chooseSteps, resultTable, runSteps } from './run-steps.ts'
import { type Step, Violations } from './step.ts'

const context = { root: '.', write: false }
const good = (name: string): Step => ({ name, run: async () => `${name} holds` })
const bad: Step = {
  name: 'bad',
  run: async () => {
    throw new Violations(['a.ts: wrong', 'b.ts: wrong'])
  },
}

describe('the check', () => {
  it('runs every step, even after one that failed', async () => {
    const printed: string[] = []
    const results = await runSteps([bad, good('x')], context, good('build'), (text) =>
      printed.push(text),
    )
    expect(results.map(({ name, ok }) => [name, ok])).toEqual([
      ['bad', false],
      ['x', true],
    ])
    expect(printed.join('\n')).toContain('a.ts: wrong\nb.ts: wrong\nFAILED bad')
    expect(resultTable(results)).toContain('1 of 2 steps hold')
  })

  it('builds once before the steps that need it', async () => {
    const needing = { ...good('pack'), needsBuild: true }
    const results = await runSteps([needing], context, good('build'), () => {})
    expect(results.map(({ name }) => name)).toEqual(['build', 'pack'])
    const build = good('build')
    for (const steps of [
      [good('a'), needing, build],
      [good('a'), build, needing],
    ]) {
      const names = (await runSteps(steps, context, build, () => {})).map(({ name }) => name)
      expect(names).toEqual(['a', 'build', 'pack'])
    }
  })

  it('runs the steps it is given', () => {
    const steps = [good('a'), good('b')]
    expect(chooseSteps(steps, ['b'])).toEqual([steps[1]])
    expect(chooseSteps(steps, [])).toEqual(steps)
    expect(() => chooseSteps(steps, ['c'])).toThrow('unknown step c; there are: a b')
  })
})
