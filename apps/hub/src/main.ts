#!/usr/bin/env node
import { HubError } from '@pigeon/hub/server'
import { CommanderError } from 'commander'
import { type HubProgramOptions, makeCommand } from './options.ts'
import { ProgramError } from './pages.ts'
import { type RunningHub, runHub } from './run.ts'

/** Exit codes: a port or folder that cannot be had; a command line that makes no sense. */
const FAILED = 1
const USAGE = 2

/** 128 plus the number of SIGINT, as shells report it. */
const INTERRUPTED = 130

await main()

async function main(): Promise<void> {
  const options = readOptions()
  if (options === undefined) return
  try {
    const hub = await runHub(options)
    stopOnSignal(hub)
    process.stdout.write(`${hub.notice}\n`)
  } catch (error) {
    process.exitCode = FAILED
    process.stderr.write(`pigeon-hub: ${explain(error)}\n`)
  }
}

function readOptions(): HubProgramOptions | undefined {
  const command = makeCommand().exitOverride()
  try {
    return command.parse().opts<HubProgramOptions>()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // commander has said what is wrong.
    process.exitCode = error.exitCode === 0 ? 0 : USAGE
    return undefined
  }
}

/** The first signal stops in good order, a second one at once. */
function stopOnSignal(hub: RunningHub): void {
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(INTERRUPTED)
    stopping = true
    void hub.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** Expected trouble in one line, in the words of the command line; anything else with its stack. */
function explain(error: unknown): string {
  if (error instanceof HubError) {
    return error.message
      .replace('option `port`', '--port or PORT')
      .replace('option `host`', '--host or HOST')
  }
  if (error instanceof ProgramError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
