import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runTool } from '../../../../scripts/lib/tool.mjs'
import { listTarball } from './list-tarball.ts'

describe('the list of a tarball', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pigeon-tarball-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('names every file that pnpm packed, long paths too', async () => {
    const deep = `${'deep/'.repeat(30)}file.js`
    mkdirSync(join(directory, deep, '..'), { recursive: true })
    writeFileSync(join(directory, deep), 'export {}\n'.repeat(200))
    writeFileSync(join(directory, 'package.json'), '{"name":"packed","version":"1.0.0"}')
    await runTool('pnpm', ['pack'], { cwd: directory, capture: true })
    const bytes = readFileSync(join(directory, 'packed-1.0.0.tgz'))
    expect(listTarball(bytes)).toEqual([deep, 'package.json'])
  })
})
