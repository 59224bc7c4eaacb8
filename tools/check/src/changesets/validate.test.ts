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

  it('names no package that is not released', () => {
    expect(check("---\n'@pigeon/dove': minor\n---\n\nFly.\n")).toEqual([
      'a.md: no package @pigeon/dove is released',
    ])
  })

  it('raises by a known step', () => {
    for (const step of ['huge', 'none']) {
      expect(check(`---\n'@pigeon/xor': ${step}\n---\n\nGrow.\n`)).toEqual([
        'a.md: @pigeon/xor can be raised by patch, minor, major',
      ])
    }
  })

  it('is not empty', () => {
    expect(check('Text alone.')).toHaveLength(1)
    expect(check("---\n'@pigeon/xor': patch\n---\n")).toEqual([
      'a.md: it does not say what users can do now',
    ])
  })
})
