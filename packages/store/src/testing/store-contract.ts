import { closing } from './cases/closing.ts'
import { failing } from './cases/failing.ts'
import { limits } from './cases/limits.ts'
import { ranges } from './cases/ranges.ts'
import { sharing } from './cases/sharing.ts'
import { values } from './cases/values.ts'
import { views } from './cases/views.ts'
import type { StoreAbility, StoreCase } from './harness.ts'

const ALL: readonly StoreCase[] = [
  ...values,
  ...ranges,
  ...views,
  ...limits,
  ...closing,
  ...sharing,
  ...failing,
]

/**
 * What a store must do, as far as it can.
 * @param abilities what it can do besides what all can
 */
export function storeContract(...abilities: StoreAbility[]): StoreCase[] {
  return ALL.filter(({ needs }) => needs === undefined || abilities.includes(needs))
}
