import { DebugLogger } from './debug-logger.ts'

/** What a page's console may look at. */
interface PageGlobals {
  peerPigeonMesh?: unknown
  peerPigeonSignaling?: unknown
  pigeon?: unknown
  getPeerPigeonState?: () => unknown
}

/** Whether the page's address asks for debugging. */
export function isDebugPage(): boolean {
  const { location } = globalThis as { location?: { search?: string } }
  return new URLSearchParams(location?.search ?? '').get('debug') === 'true'
}

/** Shows a mesh to the console of its page, and logs everything. @returns takes it from the console */
export function showInPage(mesh: { getStatus(): unknown }, pigeon: unknown): () => void {
  DebugLogger.enableAll()
  if (!('document' in globalThis)) return () => {}
  const page = globalThis as PageGlobals
  page.peerPigeonMesh = mesh
  page.peerPigeonSignaling = pigeon
  page.pigeon = pigeon
  page.getPeerPigeonState = () => mesh.getStatus()
  return () => {
    if (page.peerPigeonMesh !== mesh) return
    delete page.peerPigeonMesh
    delete page.peerPigeonSignaling
    delete page.pigeon
    delete page.getPeerPigeonState
  }
}
