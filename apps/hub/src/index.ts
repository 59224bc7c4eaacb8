/**
 * The hub as a program, to be run inside another one.
 * @module
 */
export {
  DEFAULT_OPTIONS,
  type HubProgramOptions,
  LOG_LEVELS,
  type LogLevel,
} from './options.ts'
export { ProgramError } from './pages.ts'
export { type ProgramExtras, runProgram } from './program.ts'
export { type RunHubOptions, type RunningHub, runHub } from './run.ts'
