/**
 * The program `pigeon-volunteer`, to be run inside another one.
 * @module
 */
export { program } from './program.ts'
