import fc from 'fast-check'
import { it } from 'vitest'
import { agrees } from '../../test/against-model.ts'
import { History, steps } from '../../test/history.ts'

it('agrees with the rules on 10,000 random histories', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const history = new History(taken)
      agrees(history, [history.all, [...history.all].reverse()])
    }),
    { numRuns: 10_000 },
  )
})
