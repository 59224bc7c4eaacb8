import { readFileSync } from 'node:fs'
import { CommanderError, InvalidArgumentError } from 'commander'
import type { Row } from './options/row.ts'
import { DEFAULT_OPTIONS, type HubProgramOptions, makeCommand, nameOf, OPTIONS } from './options.ts'
import { ProgramError } from './pages.ts'

/** What the program was told, and what to do with it. */
export interface Settings {
  readonly options: HubProgramOptions
  readonly mode: 'run' | 'check' | 'print'
}

/**
 * Reads command line, environment, configuration file and defaults, in this order: the first that
 * says something counts.
 * @throws CommanderError, of which commander has told; ProgramError that says what is wrong
 */
export function readSettings(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  defaults: Partial<HubProgramOptions> = {},
): Settings {
  const command = makeCommand().exitOverride()
  for (const [name, value] of Object.entries(defaults)) {
    command.setOptionValueWithSource(name, value, 'default')
  }
  spreadVariables(env)
  const fileName = configOf(args) ?? env['PIGEON_CONFIG']
  if (fileName !== undefined) {
    for (const [name, value] of readConfig(fileName)) {
      command.setOptionValueWithSource(name, value, 'config')
    }
  }
  const told = command.parse(args.map(inFull), { from: 'user' }).opts()
  const { checkConfig, printConfig, config: _, ...options } = told
  const mode = checkConfig === true ? 'check' : printConfig === true ? 'print' : 'run'
  return { options: { ...DEFAULT_OPTIONS, ...options } as HubProgramOptions, mode }
}

/** Options as JSON, each secret as its length. */
export function describeOptions(options: HubProgramOptions): string {
  const secret = new Set(OPTIONS.filter((row) => row.secret === true).map(nameOf))
  const entries = Object.entries(options).map(([name, value]) => {
    const isSet = value !== undefined && String(value) !== ''
    return [
      name,
      secret.has(name as keyof HubProgramOptions) && isSet ? '(secret)' : (value ?? null),
    ]
  })
  return JSON.stringify(Object.fromEntries(entries), null, 2)
}

/** Whether commander has already told what is wrong. */
export function isTold(error: unknown): error is CommanderError {
  return error instanceof CommanderError
}

/** `PIGEON_PORT` stands in for `PORT`, and `TOKEN_SECRET_FILE` for `TOKEN_SECRET`. */
function spreadVariables(env: NodeJS.ProcessEnv): void {
  for (const { env: name, secret } of OPTIONS) {
    // What is undefined must not be written: it would become a word.
    const prefixed = env[`PIGEON_${name}`]
    if (env[name] === undefined && prefixed !== undefined) env[name] = prefixed
    if (secret === true && env[name] === undefined) {
      const file = env[`${name}_FILE`] ?? env[`PIGEON_${name}_FILE`]
      if (file !== undefined) env[name] = readText(file, `${name}_FILE`).trim()
    }
  }
}

/** `--bootstrap` is short for `--bootstrap-hubs`. */
function inFull(arg: string): string {
  return arg.replace(/^--bootstrap(?==|$)/, '--bootstrap-hubs')
}

function configOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--config' || arg.startsWith('--config='))
  return args[at]?.includes('=') ? args[at].slice('--config='.length) : args[at < 0 ? -1 : at + 1]
}

function readConfig(fileName: string): [string, unknown][] {
  const rows = new Map<string, Row>(OPTIONS.map((row) => [nameOf(row), row]))
  let value: unknown
  try {
    value = JSON.parse(readText(fileName, '--config'))
  } catch (error) {
    if (error instanceof ProgramError) throw error
    throw new ProgramError(`${fileName} is not JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProgramError(`${fileName} is not an object with options`)
  }
  return Object.entries(value).map(([name, given]) => {
    const row = rows.get(name)
    if (row === undefined) throw new ProgramError(`${fileName}: there is no option '${name}'`)
    try {
      return [name, row.parse(Array.isArray(given) ? given.join(',') : String(given))]
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error
      const shown = row.secret === true ? 'the secret' : JSON.stringify(given)
      throw new ProgramError(`${fileName}: ${name} cannot be ${shown}. ${error.message}`)
    }
  })
}

function readText(fileName: string, what: string): string {
  try {
    return readFileSync(fileName, 'utf8')
  } catch (error) {
    throw new ProgramError(`${what} names ${fileName}: ${(error as Error).message}`)
  }
}
