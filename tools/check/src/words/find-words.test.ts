import { describe, expect, it } from 'vitest'
import { findWords } from './find-words.ts'

describe('tracked text', () => {
  it('names no path of one machine', () => {
    const text = ['fine', `see ${'/home'}/someone/notes`, `or ${'C:\\Users'}\\someone`].join('\n')
    expect(findWords('a.md', text)).toEqual([
      `a.md:2: a path of one machine: see ${'/home'}/someone/notes`,
      `a.md:3: a path of one machine: or ${'C:\\Users'}\\someone`,
    ])
  })

  it('may name addresses that only look like one', () => {
    expect(findWords('a.md', 'https://example.org/home/page/ and ./root/file')).toEqual([])
  })

  it('switches no test off', () => {
    const off = `it${'.skip'}('x', () => {})`
    expect(findWords('a.test.ts', off)).toHaveLength(1)
    expect(findWords('a.ts', off)).toHaveLength(0)
  })
})
