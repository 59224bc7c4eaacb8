import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Program } from '../test/program.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pigeon-volunteer-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function task(code: string): Promise<string> {
  const file = join(directory, 'task.mjs')
  await writeFile(file, code)
  return file
}

const SQUARE = 'export default (line) => line ** 2'
const FOREVER = 'export default () => { for (;;); }'
const run = (file: string, ...more: string[]) => new Program(['run', file, '--port', '0', ...more])

describe('pigeon-volunteer run', () => {
  test('T7 T9 10,000 lines come out in order, with the help of another process', async () => {
    const program = run(await task(SQUARE), '--stdin', '--slots', '1', '--total', '10000')
    const [, url = '', hash = ''] = await program.said(/node (\S+) --allow-task (\w+)/)
    const helper = new Program(['node', url, '--allow-task', hash, '--slots', '1'])
    await helper.said(/Joined volunteers/)
    const numbers = Array.from({ length: 10_000 }, (_, index) => index)
    program.child.stdin.end(`${numbers.join('\n')}\n`)
    expect(await program.exit()).toBe(0)
    expect(program.stdout).toBe(`${numbers.map((number) => number ** 2).join('\n')}\n`)
    expect(helper.stdout).toContain('"task.mjs" of ')
  }, 180_000)

  test('inputs may be arguments, and JSON', async () => {
    const file = await task('export default ({ a }) => ({ b: a })')
    const program = run(file, '--json', '{"a":[1]}', '{"a":2}')
    expect(await program.exit()).toBe(0)
    expect(program.stdout).toBe('{"b":[1]}\n{"b":2}\n')
  }, 60_000)

  test('a task that fails is an empty line, a message, and exit code 1', async () => {
    const file = await task(
      'export default (x) => { if (x === "2") throw new Error("no"); return x }',
    )
    const program = run(file, '1', '2', '3')
    expect(await program.exit()).toBe(1)
    expect(program.stdout).toBe('1\n\n3\n')
    expect(program.stderr).toContain('input 2 was put aside: threw: Error: no')
  }, 60_000)

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'T7 %s ends it, and what it computes',
    async (signal) => {
      const program = run(await task(FOREVER), '1', '2', '--slots', '2')
      await program.said(/allow-task/)
      program.child.kill(signal)
      expect(await program.exit()).toBe(130)
    },
    60_000,
  )

  test('with a checkpoint it goes on where it was', async () => {
    const file = await task('let n = 0; export default (line) => line + " " + ++n')
    const kept = join(directory, 'kept')
    const first = run(file, 'a', 'b', '--slots', '1', '--checkpoint', kept)
    expect(await first.exit()).toBe(0)
    const second = run(file, 'a', 'b', 'c', '--slots', '1', '--checkpoint', kept)
    expect(await second.exit()).toBe(0)
    expect(second.stdout).toBe('a 1\nb 2\nc 1\n')
    expect((await readFile(kept, 'utf8')).trim().split('\n').length).toBe(3)
  }, 60_000)

  test('what is not there is one clear line', async () => {
    const program = run(join(directory, 'none.mjs'), '1')
    expect(await program.exit()).toBe(1)
    expect(program.stderr).toMatch(/^pigeon-volunteer: ENOENT.*\n$/)
  }, 60_000)
})

test('T7 a bootstrap server, a root and a node', async () => {
  const server = new Program(['bootstrap', '--port', '0'])
  const [, hub = ''] = await server.said(/running at (\S+)/)
  const secret = { PIGEON_TREE_SECRET: 'a secret of the test' }
  const root = new Program(['root', '--hub', hub], secret)
  const [, entry = ''] = await root.said(/--entry (\w+)/)
  const node = new Program(['node', hub, '--entry', entry, '--slots', '1'])
  await node.said(/Joined volunteers as \w{40}/)
  const nobody = new Program(['root', '--hub', hub], { PIGEON_TREE_SECRET: '' })
  expect(await nobody.exit()).toBe(1)
  expect(nobody.stderr).toContain('PIGEON_TREE_SECRET')
  node.child.kill('SIGINT')
  expect(await node.exit()).toBe(0)
}, 120_000)
