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

/** What a program around the hub adds to it. */
export interface ProgramExtras {
  /** Options that hold unless the command line or the environment says otherwise. */
  readonly defaults?: Partial<HubProgramOptions>
  /**
   * Runs once the hub does.
   * @returns what to print besides the hub's notice, and how to stop
   */
  readonly started?: (hub: RunningHub) => Promise<{ notice: string; stop(): Promise<void> }>
}

/**
 * Runs the hub as a program: reads command line and environment, prints what it serves, ends on
 * SIGINT or SIGTERM with exit code 0, and says in one line why it cannot run.
 */
export async function runProgram(extras: ProgramExtras = {}): Promise<void> {
  const options = readOptions(extras.defaults ?? {})
  if (options === undefined) return
  const running: { stop(): Promise<void> }[] = []
  try {
    const hub = await runHub(options)
    running.push(hub)
    stopOnSignal(running)
    const more = await extras.started?.(hub)
    if (more !== undefined) running.push(more)
    const lines = [hub.notice, more?.notice, 'Press Ctrl+C to stop.']
    process.stdout.write(`${lines.filter((line) => line !== undefined).join('\n')}\n`)
  } catch (error) {
    process.exitCode = FAILED
    process.stderr.write(`pigeon-hub: ${explain(error)}\n`)
    await Promise.all(running.map((one) => one.stop()))
  }
}

function readOptions(defaults: Partial<HubProgramOptions>): HubProgramOptions | undefined {
  const command = makeCommand().exitOverride()
  try {
    for (const [name, value] of Object.entries(defaults)) {
      command.setOptionValueWithSource(name, value, 'default')
    }
    return command.parse().opts<HubProgramOptions>()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // commander has said what is wrong.
    process.exitCode = error.exitCode === 0 ? 0 : USAGE
    return undefined
  }
}

/** The first signal stops in good order, a second one at once. */
function stopOnSignal(running: readonly { stop(): Promise<void> }[]): void {
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(INTERRUPTED)
    stopping = true
    void Promise.all(running.map((one) => one.stop())).then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** Expected trouble in one line, in the words of the command line; anything else with its stack. */
function explain(error: unknown): string {
  if (error instanceof HubError) {
    return error.message
      .replace('the option `port`', '--port or PORT')
      .replace('the option `host`', '--host or HOST')
  }
  if (error instanceof ProgramError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
