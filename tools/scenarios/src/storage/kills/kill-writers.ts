import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Space } from '@pigeon/crdt-storage'
import { openLevelStore } from '@pigeon/store/level'
import { sameAuthor } from './same-author.ts'

const PROGRAM = fileURLToPath(new URL('writer-program.ts', import.meta.url))

/** What came of killing a writer again and again. */
export interface Killed {
  readonly kills: number
  /** Entries the process said were written. */
  readonly acknowledged: number
  /** Those of them that were not there afterwards. */
  readonly lost: number
  /** Numbers under which two entries were signed. */
  readonly signedTwice: number
}

/** Kills a process with SIGKILL while it writes, so many times, on one store. */
export async function killWriters(kills: number): Promise<Killed> {
  const directory = await mkdtemp(join(tmpdir(), 'pigeon-kill-'))
  const acknowledged: string[] = []
  const numbers = new Map<number, string>()
  let [lost, signedTwice] = [0, 0]
  try {
    for (let round = 0; round < kills; round++) {
      acknowledged.push(...(await writeUntilKilled(directory, round)))
      const store = await openLevelStore(directory)
      const space = await Space.load(await sameAuthor(store))
      lost = acknowledged.filter((key) => space?.get(key) === undefined).length
      for (const { statement } of space?.log.authority.nodes ?? []) {
        const known = numbers.get(statement.seq)
        if (known !== undefined && known !== statement.id) signedTwice++
        numbers.set(statement.seq, statement.id)
      }
      await space?.close()
      await store.close()
    }
  } finally {
    await rm(directory, { recursive: true })
  }
  return { kills, acknowledged: acknowledged.length, lost, signedTwice }
}

async function writeUntilKilled(directory: string, round: number): Promise<string[]> {
  const args = ['--import', 'tsx', PROGRAM, directory, String(round)]
  const cwd = fileURLToPath(new URL('.', import.meta.url)) // where `tsx` is found
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<string>((resolve) =>
    child.on('exit', (code, signal) => resolve(signal ?? String(code))),
  )
  const said: string[] = []
  // Another moment in each round.
  let left = 3 + ((round * 7919) % 60)
  for await (const line of createInterface(child.stdout)) {
    if (line !== 'opened') said.push(line)
    if (left-- === 0) child.kill('SIGKILL')
  }
  const how = await ended
  if (how !== 'SIGKILL') throw new Error(`the process ended with ${how}`)
  return said
}
