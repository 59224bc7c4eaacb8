/**
 * Computing in child processes of Node. This is no sandbox: allow only code that you would run.
 * @module
 */
export { type FileCheckpoint, fileCheckpoint } from './file-checkpoint.ts'
export { Processes, type ProcessesOptions } from './processes.ts'
