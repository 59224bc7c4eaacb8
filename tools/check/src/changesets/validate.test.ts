import { describe, expect, it } from 'vitest'
import { changesetProblems } from './validate.ts'

const packages = new Set(['@pigeon/xor'])
const check = (text: string): string[] => changesetProblems('a.md', text, packages)

describe('a changeset', () => {
  it('names packages, how far they are raised, and what users can do now', () => {
    expect(check("---\n'@pigeon/xor': minor\n---\n\nCount peers.\n")).toEqual([])
  })

  it('may raise nothing', () => {
    expect(check('---\n---\n\nNothing to release.\n')).toEqual([])
  })

  it('names no package that does not exist', () => {
    expect(check("---\n'@pigeon/dove': minor\n---\n\nFly.\n")).toEqual([
      'a.md: there is no package @pigeon/dove',
    ])
  })

  it('raises by a known step', () => {
    expect(check("---\n'@pigeon/xor': huge\n---\n\nGrow.\n")).toHaveLength(1)
  })

  it('is not empty', () => {
    expect(check('Text alone.')).toHaveLength(1)
    expect(check("---\n'@pigeon/xor': patch\n---\n")).toEqual([
      'a.md: it does not say what users can do now',
    ])
  })
})
