import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface PeerJsModule {
  PeerServer(options: object, ready: () => void): void
}

/** The root of the repository, above the sources or the programs made from them. */
function root(): string {
  let directory = fileURLToPath(new URL('.', import.meta.url))
  while (!existsSync(join(directory, 'pnpm-workspace.yaml'))) directory = join(directory, '..')
  return directory
}

const manifest = (): string =>
  join(root(), 'tools', 'peers', 'peerjs', 'node_modules', 'peer', 'package.json')

/** @returns the version of PeerServer that is installed, if any */
export function peerJsVersion(): string | undefined {
  if (!existsSync(manifest())) return undefined
  return (JSON.parse(readFileSync(manifest(), 'utf8')) as { version: string }).version
}

/** Loads PeerServer from where `scripts/bench.mjs` installed it. */
export async function loadPeerJs(): Promise<PeerJsModule> {
  return createRequire(manifest())('peer') as PeerJsModule
}
