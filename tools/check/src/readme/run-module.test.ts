import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileModule } from './compile.ts'
import { runModule } from './run-module.ts'

describe('a README block that runs', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pigeon-readme-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const outcome = (code: string, limitMs?: number): Promise<string | undefined> => {
    const module = { line: 7, lines: code.split('\n'), ignored: false }
    return runModule(compileModule(module, 'README.md').code, directory, 'block', limitMs)
  }

  it('B8 holds when its values are as it says', async () => {
    const code = 'const a: number = await Promise.resolve(3) //=> 3\nnew Set([a]) //=> new Set([3])'
    expect(await outcome(code)).toBeUndefined()
  })

  it('B8 fails naming the line, what was expected and what came', async () => {
    expect(await outcome('const a = 1\na + 1 //=> 3')).toContain('README.md:8: expected 3, got 2')
  })

  it('B8 fails where an assertion is never reached', async () => {
    expect(await outcome('const f = () => {\n  1 //=> 1\n}')).toContain(
      'README.md:8: was never reached',
    )
  })

  it('B8 fails on an error, with the line of the README', async () => {
    expect(await outcome("\nthrow new Error('no')")).toMatch(/README\.md:8/)
  })

  it('B8 fails on a promise that nobody awaits', async () => {
    expect(await outcome('Promise.resolve(3) //=> 3')).toContain('needs an await')
  })

  it('B8 fails when it does not end by itself', async () => {
    expect(await outcome('setInterval(() => {}, 1000)', 500)).toContain('did not end by itself')
  })
})
