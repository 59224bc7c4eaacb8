import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Space } from '@pigeon/crdt-storage'
import type * as Y from 'yjs'
import { replica, somebody } from './people.ts'
import { type Section, timed } from './section.ts'
import { batches, typing } from './typing.ts'

const run = promisify(execFile)
const PROGRAM = new URL('../../../../peers/automerge-repo/measure.mjs', import.meta.url)

/** A part of the trace: more takes automerge minutes. */
const EDITS = 26_000
const BATCH = 50

interface Measured {
  readonly localMs: number
  readonly openMs: number
  readonly sentBytes: number
}

async function theirs(): Promise<Measured | undefined> {
  if (!existsSync(new URL('node_modules', PROGRAM))) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'pigeon-bench-'))
  const file = join(directory, 'edits.json')
  const edits = typing(EDITS).map(({ at, remove, insert }) => [at, remove, insert])
  await writeFile(file, JSON.stringify(batches(edits, BATCH)))
  try {
    const { stdout } = await run('node', [fileURLToPath(PROGRAM), file])
    return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Measured
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function ours(): Promise<Measured> {
  const bob = await somebody()
  const space = await Space.create({}, await somebody())
  await space.grant(bob.author, 'read')
  const doc = space.doc('paper') as Y.Doc
  const local = await timed(async () => {
    for (const edits of batches(typing(EDITS), BATCH)) {
      doc.transact(() => {
        for (const { at, remove, insert } of edits) {
          if (remove > 0) doc.getText().delete(at, remove)
          else doc.getText().insert(at, insert)
        }
      })
      await space.flush()
    }
  })
  const runs = await space.export()
  const open = await timed(async () => {
    const second = await replica(space, bob, runs)
    return (second.doc('paper') as Y.Doc).getText().toString()
  })
  const sentBytes = runs.reduce((sum, { length }) => sum + length, 0)
  await space.close()
  return { localMs: local.ms, openMs: open.ms, sentBytes }
}

/** The same edits in automerge-repo, which neither signs nor seals. */
export const automerge: Section = async () => {
  const [mine, other] = [await ours(), await theirs()]
  const row = (metric: string, name: keyof Measured, unit: string) => ({
    metric,
    ours: mine[name],
    ...(other === undefined ? {} : { peer: other[name], peerName: 'automerge-repo' }),
    unit,
  })
  return [
    { metric: `edits, in batches of ${BATCH}`, ours: EDITS, unit: '' },
    row('edit, ours signed and sealed', 'localMs', 'ms'),
    row('bring to a second replica', 'openMs', 'ms'),
    row('bytes sent', 'sentBytes', 'B'),
  ]
}
