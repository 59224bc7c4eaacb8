import type { PigeonMesh } from '../pigeon-mesh.ts'
import { LOG_MODULES, logOf } from './mesh-log.ts'

/** Logs what a mesh does, and shows it to the console of its page as `pigeon` until it is closed. */
export function debugMesh(mesh: PigeonMesh): void {
  logOf(mesh).enable(...LOG_MODULES)
  if (!('document' in globalThis)) return
  const page = globalThis as { pigeon?: unknown }
  page.pigeon = mesh
  mesh.on('closed', () => {
    if (page.pigeon === mesh) delete page.pigeon
  })
}
