/**
 * Computing in a browser, in a sandbox: a worker in a frame of an opaque origin without network.
 * @module
 */
export { Sandboxes, type SandboxesOptions } from './sandboxes.ts'
