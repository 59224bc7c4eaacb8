/**
 * A network in React, 18 or newer.
 * @module
 */
export { useMesh } from './use-mesh.ts'
