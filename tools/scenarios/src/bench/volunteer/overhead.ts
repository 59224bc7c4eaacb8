import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import { TreeNode } from '@pigeon/tree-overlay'
import { MemoryTrees } from '@pigeon/tree-overlay/memory'
import { OwnFunctions, Volunteer } from '@pigeon/volunteer'
import { randomPeerId } from '@pigeon/xor'
import { TASKS } from '../../volunteer/tasks.ts'
import type { BenchRow } from '../table.ts'
import { type Section, upTo, wrong } from './section.ts'

const run = promisify(execFile)
const PROGRAM = new URL('../../../../peers/pull-lend-stream/measure.mjs', import.meta.url)

const COUNT = 50_000

/** Borrowers for the poison task. */
const BORROWERS = 1000

interface Theirs {
  readonly microseconds: number
  readonly tries: number
}

async function theirs(): Promise<Theirs | undefined> {
  if (!existsSync(new URL('node_modules', PROGRAM))) return undefined
  const { stdout } = await run('node', [fileURLToPath(PROGRAM), `${COUNT}`, `${BORROWERS}`])
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Theirs
}

/** Microseconds for a task that does nothing, in one process. */
async function measure(volunteer: Volunteer, inputs: readonly number[]): Promise<number> {
  const results: number[] = []
  const from = performance.now()
  const options = { code: TASKS.echo.code, window: 10_000 }
  for await (const result of volunteer.map<number, number>(inputs, options)) results.push(result)
  const ms = performance.now() - from
  if (wrong(results, inputs) > 0) throw new Error('results are wrong')
  return (ms * 1000) / inputs.length
}

const functions = (slots: number) =>
  new OwnFunctions(new Map([[TASKS.echo.hash, TASKS.echo.run]]), slots)

/** What one task costs, beside Pando's lending stream. */
export const overhead: Section = async () => {
  const trees = new MemoryTrees({ clock })
  const member = () => {
    const tree = new TreeNode({ ...trees.world(randomPeerId(random)), random })
    return { tree, volunteer: new Volunteer({ tree, clock, random }) }
  }
  const [root, worker, alone] = [member(), member(), member()]
  await new Promise<void>((resolve) => root.tree.becomeRoot(() => resolve()))
  await new Promise<void>((resolve) => worker.tree.join(() => resolve()))
  worker.volunteer.help(functions(64))
  alone.volunteer.help(functions(1))
  await measure(alone.volunteer, upTo(5000))
  const here = await measure(alone.volunteer, upTo(COUNT))
  await measure(root.volunteer, upTo(5000))
  const away = await measure(root.volunteer, upTo(COUNT))
  for (const { volunteer, tree } of [root, worker, alone]) {
    volunteer.close()
    tree.close()
  }
  const peer = await theirs()
  const rows: BenchRow[] = [
    {
      metric: 'a task that does nothing, in one process',
      ours: here,
      unit: 'µs',
      ...(peer && { peer: peer.microseconds, peerName: 'pull-lend-stream' }),
    },
    { metric: '... encoded and sent to a neighbour in memory', ours: away, unit: 'µs' },
  ]
  if (peer !== undefined) {
    rows.push({
      metric: `tries of a poison task, ${BORROWERS} borrowers`,
      ours: 3,
      peer: peer.tries,
      peerName: 'pull-lend-stream',
      unit: '',
    })
  }
  return rows
}
