import { describe, expect, it } from 'vitest'
import { licenceProblem } from './policy.ts'

describe('a licence', () => {
  it('must be on the list', () => {
    expect(licenceProblem('a', 'MIT')).toBeUndefined()
    expect(licenceProblem('a', 'GPL-3.0-only')).toBe('a is GPL-3.0-only, which is not on the list')
  })

  it('may be one of several to choose from, and must be all of several that hold together', () => {
    expect(licenceProblem('a', '(MIT OR GPL-3.0-only)')).toBeUndefined()
    expect(licenceProblem('a', 'MIT AND GPL-3.0-only')).toBeDefined()
  })

  it('must be stated', () => {
    expect(licenceProblem('a', undefined)).toBe('a states no licence')
  })

  it('may be an exception for one package only', () => {
    expect(licenceProblem('mediabunny', 'MPL-2.0')).toBeUndefined()
    expect(licenceProblem('other', 'MPL-2.0')).toBeDefined()
  })
})
