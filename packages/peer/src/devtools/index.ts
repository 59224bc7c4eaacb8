/**
 * A panel that shows what a mesh does, and the log of its modules.
 * @module
 */
export { LOG_MODULES, type LogModule, logOf, type MeshLog } from '../debug/mesh-log.ts'
export { type Devtools, type DevtoolsOptions, mountDevtools } from './mount.ts'
