import { HubError } from '@pigeon/hub/server'
import type { HubProgramOptions } from './options.ts'
import { ProgramError } from './pages.ts'
import { type RunningHub, runHub } from './run.ts'
import { serverOptions } from './server-options.ts'
import { describeOptions, isTold, readSettings } from './settings.ts'

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
 * SIGINT or SIGTERM with exit code 0, reads certificates again on SIGHUP, and says in one line why it cannot run.
 */
export async function runProgram(extras: ProgramExtras = {}): Promise<void> {
  const running: Stoppable[] = []
  try {
    const { options, mode } = readSettings(process.argv.slice(2), process.env, extras.defaults)
    if (mode === 'print') {
      process.stdout.write(`${describeOptions(options)}\n`)
      return
    }
    if (mode === 'check') {
      await serverOptions(options, () => undefined)
      process.stdout.write('The configuration is good.\n')
      return
    }
    const hub = await runHub(options)
    running.push(hub)
    stopOnSignal(running)
    process.on('SIGHUP', () => reload(hub))
    const more = await extras.started?.(hub)
    if (more !== undefined) running.push(more)
    const lines = [hub.notice, more?.notice, 'Press Ctrl+C to stop.']
    process.stdout.write(`${lines.filter((line) => line !== undefined).join('\n')}\n`)
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    // commander has said what is wrong.
    if (!isTold(error)) process.stderr.write(`pigeon-hub: ${explain(error)}\n`)
    await Promise.all(running.map((one) => one.stop()))
  }
}

interface Stoppable {
  stop(): Promise<void>
  drain?(): Promise<void>
}

function exitCodeOf(error: unknown): number {
  if (!isTold(error)) return FAILED
  return error.exitCode === 0 ? 0 : USAGE
}

/** Ctrl+C stops at once, in good order; SIGTERM lets peers move first; a second signal ends it. */
function stopOnSignal(running: readonly Stoppable[]): void {
  let stopping = false
  const handle = (stop: (one: Stoppable) => Promise<void>) => (): void => {
    if (stopping) process.exit(INTERRUPTED)
    stopping = true
    void Promise.all(running.map(stop)).then(() => process.exit(0))
  }
  process.on(
    'SIGINT',
    handle((one) => one.stop()),
  )
  process.on(
    'SIGTERM',
    handle((one) => one.drain?.() ?? one.stop()),
  )
}

/** New certificates; bad ones change nothing. */
function reload(hub: RunningHub): void {
  try {
    hub.reloadTls()
  } catch (error) {
    process.stderr.write(`pigeon-hub: ${explain(error)}\n`)
  }
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
