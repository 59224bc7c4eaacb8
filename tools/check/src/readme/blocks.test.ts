import { describe, expect, it } from 'vitest'
import { extractBlocks } from './blocks.ts'
import { joinBlocks } from './modules.ts'

const README = [
  '# Title',
  '```ts',
  'one()',
  'two()',
  '```',
  'Text, and what is no code:',
  '```sh',
  'npm test',
  '```',
  '```ts ignore',
  'later()',
  '```',
  '```js',
  '// continues',
  'three()',
  '```',
].join('\n')

describe('the blocks of a README', () => {
  it('are the fenced TypeScript and JavaScript, with their lines', () => {
    const blocks = extractBlocks(README)
    expect(blocks.map(({ line }) => line)).toEqual([3, 11, 14])
    expect(blocks[0]?.lines).toEqual(['one()', 'two()'])
  })

  it('are parsed only when marked so', () => {
    expect(extractBlocks(README).map(({ ignored }) => ignored)).toEqual([false, true, false])
  })

  it('may continue the one before, each line on its number', () => {
    const blocks = extractBlocks(README).filter(({ ignored }) => !ignored)
    const [module, ...rest] = joinBlocks(blocks)
    expect(rest).toEqual([])
    expect(module?.line).toBe(3)
    expect(module?.lines[14 - 3]).toBe('// continues')
    expect(module?.lines.at(-1)).toBe('three()')
  })

  it('must be closed', () => {
    expect(() => extractBlocks('```ts\nopen()')).toThrow('line 1: the block is never closed')
  })

  it('may stand in a list', () => {
    expect(extractBlocks('- item\n  ```ts\n  one()\n  ```')[0]?.lines).toEqual(['one()'])
  })
})
