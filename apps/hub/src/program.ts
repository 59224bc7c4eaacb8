import { HubError } from '@pigeon/hub/server'
import type { HubProgramOptions } from './options.ts'
import { ProgramError } from './pages.ts'
import { type RunningHub, startHub } from './run.ts'
import { serverOptions } from './server-options.ts'
import { describeOptions, isTold, readSettings } from './settings.ts'
import { checkWorkers } from './workers/check.ts'
import { runPrimary } from './workers/primary.ts'
import { thisWorker, type WorkerOrders } from './workers/worker.ts'

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
  const worker = await thisWorker()
  try {
    const { options, mode } = readSettings(process.argv.slice(2), process.env, extras.defaults)
    if (mode === 'print') {
      process.stdout.write(`${describeOptions(options)}\n`)
      return
    }
    if (mode === 'check') {
      checkWorkers(options)
      await serverOptions(options, () => undefined)
      process.stdout.write('The configuration is good.\n')
      return
    }
    checkWorkers(options)
    if (options.workers > 1 && worker === undefined) {
      tell([await runPrimary(options.workers), `  workers ${options.workers}`])
      return
    }
    const hub = await startHub(options, worker)
    running.push(hub)
    if (worker === undefined) stopOnSignal(running, hub)
    else worker.obey(ordersFor(running, hub))
    // What a program adds is there once, however many workers there are.
    const more =
      worker === undefined || worker.number === 1 ? await extras.started?.(hub) : undefined
    if (more !== undefined) running.push(more)
    if (worker === undefined) tell([hub.notice, more?.notice])
    else worker.ready([hub.notice, more?.notice].filter(isSaid).join('\n'))
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    // commander has said what is wrong.
    if (!isTold(error)) process.stderr.write(`pigeon-hub: ${explain(error)}\n`)
    await Promise.all(running.map((one) => one.stop()))
    worker?.give()
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

function tell(lines: readonly (string | undefined)[]): void {
  process.stdout.write(`${[...lines, 'Press Ctrl+C to stop.'].filter(isSaid).join('\n')}\n`)
}

function isSaid(line: string | undefined): line is string {
  return line !== undefined
}

/** What SIGINT, SIGTERM and SIGHUP mean; each but the last ends this process with code 0. */
function ordersFor(running: readonly Stoppable[], hub: RunningHub): WorkerOrders {
  const end = (stop: (one: Stoppable) => Promise<void>): void => {
    void Promise.all(running.map(stop)).then(() => process.exit(0))
  }
  return {
    stop: () => end((one) => one.stop()),
    drain: () => end((one) => one.drain?.() ?? one.stop()),
    reload: () => reload(hub),
  }
}

/** Ctrl+C stops at once, in good order; SIGTERM lets peers move first; a second signal ends it. */
function stopOnSignal(running: readonly Stoppable[], hub: RunningHub): void {
  const orders = ordersFor(running, hub)
  let stopping = false
  const once = (run: () => void) => (): void => {
    if (stopping) process.exit(INTERRUPTED)
    stopping = true
    run()
  }
  process.on('SIGINT', once(orders.stop))
  process.on('SIGTERM', once(orders.drain))
  process.on('SIGHUP', orders.reload)
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
