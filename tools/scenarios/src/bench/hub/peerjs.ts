import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installedVersion, modulesOf } from '../other-system.ts'

interface PeerJsModule {
  PeerServer(options: object, ready: () => void): void
}

/** @returns the version of PeerServer that is installed, if any */
export function peerJsVersion(): string | undefined {
  return installedVersion('peerjs', 'peer')
}

/** Loads PeerServer from where `scripts/bench.mjs` installed it. */
export async function loadPeerJs(): Promise<PeerJsModule> {
  return createRequire(join(modulesOf('peerjs'), 'peer', 'package.json'))('peer') as PeerJsModule
}
