import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { environment } from './environment.mjs'
import { withNetwork } from './offline-network.mjs'
import { root } from './root.mjs'

/** A command that could not be started or ended with another code than 0. */
export class CommandError extends Error {
  /** @param {string} message @param {{ code: number, output: string, cause?: unknown }} details */
  constructor(message, { code, output, cause }) {
    super(message, { cause })
    this.name = 'CommandError'
    /** The exit code; 127 where the command could not be started, from 128 on that of a signal. */
    this.code = code
    /** What it wrote, when captured. */
    this.output = output
  }
}

/**
 * Runs a command without a shell and waits for its end. `node` means the Node that runs this.
 * @param {string} command
 * @param {readonly string[]} [args]
 * @param {object} [options]
 * @param {string} [options.cwd] default: the root of the repository
 * @param {Record<string, string | undefined>} [options.env] added to {@link environment}
 * @param {boolean} [options.capture] collect stdout and stderr instead of showing them
 * @param {boolean} [options.browsers] it runs browsers, which need a network interface
 * @param {boolean} [options.allowFailure] return the exit code instead of throwing
 * @returns {Promise<{ code: number, output: string }>}
 * @throws CommandError if it ends with another code than 0
 */
export function run(command, args = [], options = {}) {
  const { cwd = root, env = {}, capture = false, allowFailure = false, browsers = false } = options
  const executable = command === 'node' ? process.execPath : command
  const started = browsers ? withNetwork(executable, args) : { command: executable, args }
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(started.command, [...started.args], {
      cwd,
      env: environment(env),
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      windowsHide: true,
    })
    const collect = (/** @type {string} */ text) => {
      output += text
    }
    child.stdout?.setEncoding('utf8').on('data', collect)
    child.stderr?.setEncoding('utf8').on('data', collect)
    const line = [command, ...args].join(' ')
    child.on('error', (cause) =>
      reject(
        new CommandError(`cannot run ${line}: ${cause.message}`, { code: 127, output, cause }),
      ),
    )
    child.on('close', (exitCode, signal) => {
      const code = exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal])
      if (code === 0 || allowFailure) resolve({ code, output })
      else reject(new CommandError(`${line} ended with ${signal ?? code}`, { code, output }))
    })
  })
}
