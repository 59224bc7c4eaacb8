import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where `scripts/compat.mjs` installed it. */
export function peerPigeonFolder(): string {
  const peers = fileURLToPath(new URL('../../peers/', import.meta.url))
  return join(peers, 'peerpigeon', 'node_modules', 'peerpigeon')
}

/** @returns the version that is installed, if any */
export function peerPigeonVersion(): string | undefined {
  const manifest = join(peerPigeonFolder(), 'package.json')
  if (!existsSync(manifest)) return undefined
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

/** Its bundle for browsers. */
export function peerPigeonBundle(): string {
  return readFileSync(join(peerPigeonFolder(), 'dist', 'peerpigeon-browser.js'), 'utf8')
}
