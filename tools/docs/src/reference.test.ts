import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeReference } from './reference.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const before = process.cwd()

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pigeon-reference-'))
  process.chdir(directory)
})
afterEach(() => {
  process.chdir(before)
  rmSync(directory, { recursive: true, force: true })
})

test('the reference is written where it was asked for, and calls modules as they are imported', async () => {
  const out = join(directory, 'out')
  const tsconfig = join(directory, 'tsconfig.json')
  writeFileSync(
    tsconfig,
    JSON.stringify({
      extends: join(root, 'tools/docs/tsconfig.reference.json'),
      compilerOptions: { types: [] },
      include: ['xor', 'transport'].map((name) => join(root, `packages/${name}/src/*.ts`)),
    }),
  )
  await writeReference(root, out, tsconfig, ['xor', 'transport'])
  const written = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => readFileSync(join(out, file), 'utf8'))
  expect(written.join('\n')).toContain('closestOnRing')
  expect(written.join('\n')).toContain('# @pigeon/transport/system\n')
  expect(written.join('\n')).not.toContain('packages/')
  expect(readdirSync(directory)).toEqual(['out', 'tsconfig.json'])
}, 60_000)
